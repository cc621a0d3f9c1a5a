// Adopted as a constructed sheet: a customer's CSP without inline styles does not see it.
export const STYLE = `
:host{all:initial;direction:ltr;position:fixed!important;inset:auto 0 12px 0!important;margin:0 auto!important;
width:fit-content!important;max-width:calc(100vw - 16px)!important;z-index:2147483647!important;
display:block!important;visibility:visible!important;opacity:1!important;pointer-events:auto!important;
transform:none!important;clip-path:none!important;filter:none!important;color-scheme:light dark}
:host([data-at=top]){inset:12px 0 auto 0!important}
.bar{--page:#fff;--ink:#17251d;--soft:#51605a;--line:#d5ddd9;--go:#17694a;--stop:#b3261e;--wait:#8a5a00;
font:500 14px/1.35 system-ui,sans-serif;color:var(--ink);background:var(--page);border:1px solid var(--line);
border-radius:14px;box-shadow:0 6px 24px rgb(0 0 0/.18);padding:6px 8px 6px 14px;display:flex;flex-wrap:wrap;
align-items:center;gap:6px 8px;box-sizing:border-box}
@media (prefers-color-scheme:dark){.bar{--page:#18201c;--ink:#e8efeb;--soft:#a9b8b0;--line:#37443d;--go:#7fd1a8;--stop:#ff9c93;--wait:#f0c069}}
.dot{width:10px;height:10px;border-radius:50%;background:var(--stop);flex:none}
.bar[data-state=paused] .dot{border-radius:2px;background:var(--wait)}
.bar[data-state=over] .dot,.bar[data-state=ask] .dot{background:var(--go)}
.text{flex:1 1 auto;min-width:0;max-width:46ch;font-variant-numeric:tabular-nums}
.text small{color:var(--soft);font-size:13px;display:block}
.acts{display:flex;flex-wrap:wrap;gap:6px}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:9px;
min-height:44px;min-width:44px;padding:0 12px;cursor:pointer}
button:focus-visible{outline:3px solid var(--go);outline-offset:2px}
button.go{background:var(--go);border-color:var(--go);color:var(--page)}
button.stop{color:var(--stop)}
.move{padding:0;border:0;color:var(--soft)}
@media (forced-colors:active){.bar,button{border:1px solid ButtonText}.dot{forced-color-adjust:none}}
@media (max-width:480px){.bar{padding:8px 10px}.text{flex-basis:calc(100% - 72px);margin-inline-end:44px}.acts{width:100%}.acts button{flex:1 1 auto;padding:0 8px}.acts .move{position:absolute;top:8px;inset-inline-end:8px}}
`;
