import { describe, expect, it } from "vitest";
import { cleanUrl, useAssets } from "./url";

describe("an address", () => {
  it.each([
    ["https://a.example/orders/new?token=1&step=2#x", "https://a.example/orders/new"],
    ["https://ada:pw@a.example/x", "https://a.example/x"],
    ["/orders/4711/items", "/orders/4711/items"],
    ["/reset/9f8e7d6c5b4a39281706", "/reset/[id]"],
    ["/verify/AbCdEf12", "/verify/[id]"],
    ["/reset/password", "/reset/password"],
    ["/users/ada-byron/orders", "/users/[id]/orders"],
    ["/users/new", "/users/new"],
    ["/people-we-serve/Ada%20Byron", "/people-we-serve/[id]"],
    ["/mail/ada%40example.org", "/mail/[id]"],
    ["/r/3f2b8c1e-9d4a-4c7b-8e21-0a1b2c3d4e5f", "/r/[id]"],
    ["/call/491712345678", "/call/[id]"],
    ["/page;jsessionid=1A2B/next", "/page/next"],
    ["/basket/lines-2207", "/basket/lines-2207"],
    ["mailto:ada@example.org", "#"],
    ["tel:+4917123", "#"],
    ["javascript:alert(1)", "#"],
    ["data:text/html,ada", "#"],
    ["blob:https://a.example/3f2b", "#"],
    ["#ada", "#"],
  ])("%s leaves as %s", (given, leaves) => expect(cleanUrl(given)).toBe(leaves));

  it("keeps the queries that a site names, through the text rules", () => {
    const queryKeys = ["step", "who"];
    expect(cleanUrl("/a?step=2&who=ada@example.org&x=1", { queryKeys })).toMatch(
      /^\/a\?step=2&who=%5Be-mail%20\d+%5D$/,
    );
  });

  it("keeps the hashed name of an asset", () => {
    const name = "/assets/app.3f9a1c7be2d44a90817fd2b1.css";
    expect(cleanUrl(`${name}?v=1`, { asset: true })).toBe(name);
    expect(cleanUrl(name)).toBe("/assets/[id]");
    expect(cleanUrl("/icons.svg#basket", { asset: true })).toBe("/icons.svg#basket");
  });

  it("keeps the last name under an origin of public files, and nothing else of the path", () => {
    useAssets(["https://cdn.example"]);
    const picture = "https://cdn.example/u/3f9a1c7be2d44a90817fd2b1/7be2d44a90817fd2b13f9a1c.webp";
    expect(cleanUrl(`${picture}?t=1`, { asset: true })).toBe(
      "https://cdn.example/u/[id]/7be2d44a90817fd2b13f9a1c.webp",
    );
    for (const other of ["https://cdn.example.evil", "http://cdn.example", ""])
      expect(cleanUrl(picture.replace("https://cdn.example", other), { asset: true })).toMatch(/\[id\]$/);
    expect(cleanUrl(picture)).toMatch(/\[id\]$/);
    useAssets([]);
  });
});
