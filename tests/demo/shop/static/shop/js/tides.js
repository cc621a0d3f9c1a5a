// Draws the day's water levels on a canvas.
const canvas = document.getElementById("tide");
const words = document.getElementById("tide-words");
const pen = canvas.getContext("2d");
const NAVY = "#16324a";
const EDGE = { left: 60, right: 20, top: 24, bottom: 44 };

function draw(levels) {
  const scale = Math.min(devicePixelRatio || 1, 2);
  const [width, height] = [1040, 380];
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.scale(scale, scale);
  const x = (step) => EDGE.left + (step / (levels.length - 1)) * (width - EDGE.left - EDGE.right);
  const y = (metres) => height - EDGE.bottom - (metres / 3.2) * (height - EDGE.top - EDGE.bottom);

  pen.font = "500 17px Figtree, sans-serif";
  pen.strokeStyle = "#e4d6ba";
  pen.fillStyle = "#5f6a70";
  for (const metres of [0, 1, 2, 3]) {
    pen.beginPath();
    pen.moveTo(EDGE.left, y(metres));
    pen.lineTo(width - EDGE.right, y(metres));
    pen.stroke();
    pen.fillText(`${metres} m`, 10, y(metres) + 6);
  }
  for (let step = 0; step < levels.length; step += 8) {
    pen.fillText(levels[step].at, Math.min(x(step) - 20, width - 62), height - 12);
  }

  const water = pen.createLinearGradient(0, EDGE.top, 0, height);
  water.addColorStop(0, "rgb(63 127 128 / 0.55)");
  water.addColorStop(1, "rgb(22 50 74 / 0.12)");
  pen.beginPath();
  levels.forEach((level, step) => pen.lineTo(x(step), y(level.metres)));
  pen.strokeStyle = NAVY;
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.stroke();
  pen.lineTo(x(levels.length - 1), y(0));
  pen.lineTo(x(0), y(0));
  pen.fillStyle = water;
  pen.fill();

  const highest = levels.reduce((best, level) => (level.metres > best.metres ? level : best));
  const step = levels.indexOf(highest);
  pen.fillStyle = "#b8452a";
  pen.beginPath();
  pen.arc(x(step), y(highest.metres), 7, 0, Math.PI * 2);
  pen.fill();
  return highest;
}

const answer = await fetch("/api/tides");
const { place, levels } = await answer.json();
await document.fonts.ready;
const highest = draw(levels);
words.textContent = `${place}: highest at ${highest.at} with ${highest.metres.toFixed(1)} m.`;
