/** The play head: one moment, one frame in front, the next one made ready behind it. */

import { FRAMES_KEPT, IDLE_LEAD_MS, IDLE_MIN_MS } from "./constants";
import { type BlankFrame, type Frame, type FrameOptions, newBlankFrame, newFrame } from "./frame";
import { whenIdle } from "./idle";
import { idleAt, type Plan, type Span, spanAfter, spanAt } from "./schedule";
import { type Source, SourceError } from "./source";

export type State = "loading" | "paused" | "playing" | "seeking" | "error";

export interface Listener {
  /** State or time changed. Called at most once a display frame. */
  changed(): void;
  /** A jump over so many milliseconds begins. */
  skipped(ms: number): void;
  /** The frame in front is another one, or its page has another size. */
  framed(frame: Frame): void;
  failed(error: unknown): void;
}

export class Engine {
  state: State = "loading";
  speed = 1;
  skipsIdle = true;
  /** Play ends here once, in milliseconds since the start. */
  stopAt: number | undefined;

  private now = 0;
  private span: Span | undefined;
  private front: Frame | undefined;
  private frames = new Map<number, Promise<Frame>>();
  /** Rises with each seek: what an older one was waiting for is no longer wanted. */
  private turn = 0;
  private wantsPlay = false;
  private anchor = { at: 0, wall: 0 };
  private ticking = 0;
  private closed = false;

  constructor(
    readonly plan: Plan,
    private readonly source: Source,
    private readonly options: Omit<FrameOptions, "onResize">,
    private readonly listener: Listener,
    /** For the piece that is asked for next. */
    private blank?: BlankFrame,
  ) {}

  get timeMs(): number {
    return this.now;
  }

  get isPlaying(): boolean {
    return this.wantsPlay;
  }

  get frame(): Frame | undefined {
    return this.front;
  }

  /** Show the moment `ms`; go on playing if it was. Resolves when it is shown or a newer seek took over. */
  async seek(ms: number): Promise<void> {
    if (this.closed) return;
    this.turn += 1;
    const turn = this.turn;
    const target = Math.min(Math.max(0, ms), this.plan.durationMs);
    if (this.stopAt !== undefined && target > this.stopAt) this.stopAt = undefined;
    this.stopTicking();
    this.now = target;
    const span = spanAt(this.plan, target);
    if (span === undefined) {
      this.enter("error");
      this.listener.failed(new SourceError(404, "empty"));
      return;
    }
    this.front?.hold();
    this.enter(this.front === undefined ? "loading" : "seeking");
    try {
      const frame = await this.ready(span.segment);
      if (turn !== this.turn || this.closed) return;
      this.present(frame, span);
    } catch (error) {
      if (turn !== this.turn || this.closed) return;
      this.frames.delete(span.segment);
      this.wantsPlay = false;
      this.enter("error");
      this.listener.failed(error);
    }
  }

  play(): void {
    if (this.wantsPlay || this.closed) return;
    this.wantsPlay = true;
    void this.seek(this.now >= this.plan.durationMs ? 0 : this.now);
  }

  pause(): void {
    if (!this.wantsPlay) return;
    this.wantsPlay = false;
    if (this.state === "playing") {
      this.stopTicking();
      this.front?.show(this.epoch(this.now));
      this.enter("paused");
    }
  }

  /** Another picture for the same times. */
  setSpans(spans: Span[]): void {
    this.plan.spans = spans;
    void this.seek(this.now);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.state === "playing") this.run();
    this.listener.changed();
  }

  /** Remove the picture and everything fetched. There is no way back. */
  close(): void {
    this.closed = true;
    this.turn += 1;
    this.wantsPlay = false;
    this.stopTicking();
    for (const made of this.frames.values()) void made.then((frame) => frame.destroy()).catch(() => {});
    this.frames.clear();
    this.front = undefined;
    this.enter("error");
  }

  private epoch(ms: number): number {
    return this.plan.startMs + ms;
  }

  private enter(state: State): void {
    this.state = state;
    this.listener.changed();
  }

  /** The frame of segment `n`, made once; failures are not kept. */
  private ready(n: number): Promise<Frame> {
    const made = this.frames.get(n);
    if (made) {
      // Used last, dropped last.
      this.frames.delete(n);
      this.frames.set(n, made);
      return made;
    }
    const promise = this.source.segment(n).then((events) => {
      const { blank } = this;
      this.blank = undefined;
      return newFrame(events, { ...this.options, onResize: () => this.resized(promise) }, blank);
    });
    promise.catch(() => this.frames.delete(n));
    this.frames.set(n, promise);
    this.forgetOld();
    return promise;
  }

  /** Have a frame for the piece that somebody may jump to. */
  private prepare(): void {
    if (!this.closed) this.blank ??= newBlankFrame(this.options);
  }

  private resized(promise: Promise<Frame>): void {
    void promise.then((frame) => {
      if (frame === this.front) this.listener.framed(frame);
    });
  }

  private forgetOld(): void {
    for (const [n, made] of [...this.frames]) {
      if (this.frames.size <= FRAMES_KEPT) return;
      if (n === this.span?.segment) continue;
      this.frames.delete(n);
      void made.then((frame) => frame !== this.front && frame.destroy()).catch(() => {});
    }
  }

  /** Only a frame that shows the moment comes to the front. */
  private present(frame: Frame, span: Span): void {
    this.span = span;
    // A frame that plays on shows the moment by itself; showing it twice would apply it twice.
    const plays = this.wantsPlay && !span.still;
    if (!plays) frame.show(this.epoch(this.now));
    if (frame !== this.front) {
      const before = this.front;
      before?.hold();
      before?.element.classList.remove("is-current");
      before?.iframe.removeAttribute("data-current");
      frame.element.classList.add("is-current");
      frame.iframe.setAttribute("data-current", "");
      this.front = frame;
    }
    if (plays) frame.play(this.epoch(this.now), this.speed);
    this.listener.framed(frame);
    whenIdle(() => this.prepare());
    if (this.wantsPlay) {
      this.prefetch(span);
      this.count();
      this.enter("playing");
    } else this.enter("paused");
  }

  private prefetch(span: Span): void {
    let next = spanAfter(this.plan, span);
    while (next && next.segment === span.segment) next = spanAfter(this.plan, next);
    if (next === undefined) return;
    const { segment, from } = next;
    const { turn } = this;
    const wanted = () => turn === this.turn && !this.closed;
    // Building a page takes a moment of the main thread: not the one in which somebody waits for a picture.
    whenIdle(() => {
      if (!wanted()) return;
      // Drawn by the time it is wanted, so that the play goes over the border without a halt.
      const drawn = this.ready(segment).then((frame) => wanted() && frame.show(this.epoch(from)));
      drawn.catch(() => {});
    });
  }

  private run(): void {
    if (this.span && !this.span.still) this.front?.play(this.epoch(this.now), this.speed);
    this.count();
  }

  private count(): void {
    this.stopTicking();
    this.anchor = { at: this.now, wall: performance.now() };
    this.ticking = requestAnimationFrame(this.tick);
  }

  private stopTicking(): void {
    cancelAnimationFrame(this.ticking);
    this.ticking = 0;
  }

  private tick = (): void => {
    const { span } = this;
    if (span === undefined) return;
    this.now = this.anchor.at + (performance.now() - this.anchor.wall) * this.speed;
    if (this.stopAt !== undefined && this.now >= this.stopAt) {
      this.stop(this.stopAt);
    } else if (this.now >= this.plan.durationMs) {
      this.finish();
    } else if (this.now >= span.to) {
      // Across the border exactly, so that nothing at the beginning of the next piece is missed.
      void this.seek(span.to);
    } else if (!this.jump(span)) {
      this.front?.tick(this.epoch(this.now));
      this.ticking = requestAnimationFrame(this.tick);
      this.listener.changed();
    }
  };

  /** Over idle time and gaps in one step, never by running fast. */
  private jump(span: Span): boolean {
    if (!this.skipsIdle) return false;
    if (span.still && span.to - this.now > IDLE_LEAD_MS) {
      this.leap(span.to);
      return true;
    }
    const idle = idleAt(this.plan, this.now, IDLE_MIN_MS);
    if (idle === undefined) return false;
    this.leap(idle.to - IDLE_LEAD_MS);
    return true;
  }

  private leap(to: number): void {
    const end = Math.min(to, this.stopAt ?? to);
    this.listener.skipped(end - this.now);
    void this.seek(end);
  }

  private stop(at: number): void {
    this.stopAt = undefined;
    this.wantsPlay = false;
    void this.seek(at);
  }

  private finish(): void {
    this.now = this.plan.durationMs;
    this.wantsPlay = false;
    this.stopTicking();
    this.front?.show(this.epoch(this.now));
    this.enter("paused");
  }
}
