import { describe, expect, it } from "vitest";
import { createGate, type Event, type GatePolicy } from ".";
import { page } from "./page.fixture";
import type { Vocabulary } from "./vocabulary";

const POLICY: GatePolicy = { query_keys: [], unmask: false, open_input_types: [] };
const LOOK = { exposure: () => 0 as const, size: () => ({ width: 10, height: 10 }) };
const gate = (policy: Partial<GatePolicy> = {}, holds?: Vocabulary) =>
  createGate({ ...POLICY, ...policy }, LOOK, "a key", holds);
const without = (text: string) => text.replace(/ \d{1,4}\]/g, "]");

/** What leaves of a page, as text with a bar between its pieces. */
function shown(html: string, policy: Partial<GatePolicy> = {}, holds?: Vocabulary): string {
  const { event } = gate(policy, holds).pass(page(html).snapshot());
  const texts: string[] = [];
  const walk = (node: { textContent?: string; childNodes?: unknown[] }) => {
    if (node.textContent?.trim()) texts.push(node.textContent.trim());
    for (const child of node.childNodes ?? []) walk(child as typeof node);
  };
  const { node } = (event as Event).data as { node: object };
  walk(node);
  return without(texts.join(" | "));
}

describe("a value is known by where it stands", () => {
  it.each([
    [
      "a cell by its column",
      "<table><tr><th>Item</th><th>Diagnosis</th></tr><tr><td>Visit</td><td>Gout</td></tr></table>",
      "Item | Diagnosis | Visit | [health]",
    ],
    [
      "a cell by its row",
      "<table><tr><th>Full name</th><td>Ada Byron</td></tr><tr><th>Plan</th><td>Gold</td></tr></table>",
      "Full name | [name] | Plan | Gold",
    ],
    [
      "a bare name beside other words of a person",
      "<table><tr><th>Name</th><th>Date of birth</th></tr><tr><td>Ada</td><td>May</td></tr></table>",
      "Name | Date of birth | [name] | [date of birth]",
    ],
    [
      "somebody by the part that they play",
      "<dl><dt>Instructor</dt><dd>Ada Byron</dd><dt>Chapter</dt><dd>Getting Started</dd></dl>",
      "Instructor | [somebody] | Chapter | Getting Started",
    ],
    [
      "measures of the interface in class names",
      "<h6 class='font-weight-bolder mb-0'>Billing</h6><p class='line-height-2'>Lamps</p><b class=weight>82</b>",
      "Billing | Lamps | [private]",
    ],
    [
      "nobody by a class that ends like a trade",
      "<div class='container wrapper'><h1 class=banner>Order Confirmed</h1><p class=component>Brass Lantern</p></div>",
      "Order Confirmed | Brass Lantern",
    ],
    [
      "nobody by the label of a thing that ends like a trade",
      "<table><tr><th>Printer</th><th>Offer</th></tr><tr><td>Office Jet Pro</td><td>Summer Sale</td></tr></table>",
      "Printer | Offer | Office Jet Pro | Summer Sale",
    ],
    [
      "no bare name beside a price",
      "<table><tr><th>Name</th><th>Price</th></tr><tr><td>Lamp</td><td>€ 9</td></tr></table>",
      "Name | Price | Lamp | € 9",
    ],
    [
      "a definition by its term",
      "<dl><dt>Home address</dt><dd>The old mill</dd><dd>Upper floor</dd><dt>Plan</dt><dd>Gold</dd></dl>",
      "Home address | [address] | [address] | Plan | Gold",
    ],
    [
      "a text by the label before it",
      "<div><span>Allergies</span><span>Peanuts</span><span>Ward 7</span></div>",
      "Allergies | [health] | Ward 7",
    ],
    [
      "a list by its heading",
      "<div><h3>Medications</h3><ul><li>Insulin</li></ul><h3>Opening hours</h3><p>9 to 5</p></div>",
      "Medications | [health] | Opening hours | 9 to 5",
    ],
    [
      "a text by its class",
      "<p class='customer-name'>Ada Byron</p><p class='product-title'>Lamp</p>",
      "[name] | Lamp",
    ],
    [
      "a text by camelCase and glued words",
      "<i id='patientName'>Ada</i><i class='dateofbirth'>May</i>",
      "[name] | [date of birth]",
    ],
    [
      "a text by a responsive cell's label",
      "<table><tr><td data-label='Phone'>ada at work</td></tr></table>",
      "[contact]",
    ],
    [
      "a text by microdata",
      "<p itemscope itemtype='https://schema.org/Person'><b itemprop='name'>Ada</b> <b itemprop='birthDate'>May</b></p>",
      "[name] | [date of birth]",
    ],
    [
      "no product by microdata",
      "<p itemscope itemtype='https://schema.org/Product'><b itemprop='name'>Lamp</b></p>",
      "Lamp",
    ],
    [
      "an output by its label",
      "<label for='o'>Passport number</label><p>Hello</p><output id='o'>none yet</output>",
      "Passport number | Hello | [ID number]",
    ],
    [
      "an element by what labels it",
      "<b id='l'>Religion</b><p>x</p><div aria-labelledby='l'>none</div>",
      "Religion | [private] | [private]",
    ],
    [
      "messages by their role",
      "<div role='log'><p>We should talk</p><button>Reply</button></div>",
      "[message] | Reply",
    ],
    ["messages by their class", "<ul class='chat-thread'><li><div>I miss you</div></li></ul>", "[message]"],
    [
      "no message of the interface",
      "<p class='error-message'>Card declined</p><div class='message' role='alert'>Saved</div>",
      "Card declined | Saved",
    ],
    [
      "no hint of a field",
      "<div class='field password-field'><label>Password</label><input type='password'><p>At least 12 characters</p></div>",
      "Password | At least 12 characters",
    ],
    [
      "columns under a first row that only reads like a header",
      "<table><tr class=hd><td>Pupil</td><td>Born</td></tr><tr><td>Ada Byron</td><td>in May</td></tr></table>",
      "Pupil | Born | [person] | [date of birth]",
    ],
    [
      "what a row begins with, under a header",
      "<table><tr><th>Student</th><th>Plan</th></tr><tr><th scope=row><a>Byron, Ada</a></th><td>Gold</td></tr></table>",
      "Student | Plan | [person] | Gold",
    ],
    [
      "a cell by its row under headers that say nothing",
      "<table><tr><th>Field</th><th>Value</th></tr><tr><td>Diagnosis</td><td>Gout</td></tr></table>",
      "Field | Value | Diagnosis | [health]",
    ],
    [
      "a cell of a grid by its number",
      "<div role=grid><div><div role=row><b role=columnheader aria-colindex=2>Patient</b></div></div><div><div><div><div><div role=row><i role=gridcell aria-colindex=1>Ward 7</i><i role=gridcell aria-colindex=2 class=grid-cell>Ada</i></div></div></div></div></div></div>",
      "Patient | Ward 7 | [person]",
    ],
    [
      "cells by the keys of their columns, in whatever order",
      "<div role=grid><div role=row><b role=columnheader col-id=a>Plan</b><b role=columnheader col-id=b>Patient</b></div><div role=row><i role=gridcell col-id=b>Ada</i><i role=gridcell col-id=a>Gold</i></div></div>",
      "Plan | Patient | [person] | Gold",
    ],
    [
      "pairs in one row by their own headers",
      "<table><tr><th>Salary</th><td>much</td><th>Plan</th><td>Gold</td></tr><tr><th>Diagnosis</th><td>Gout</td><th>Shift</th><td>Late</td></tr></table>",
      "Salary | [private] | Plan | Gold | Diagnosis | [health] | Shift | Late",
    ],
    [
      "a name beside the ways to reach somebody",
      "<div><b class='cell name'>Ada</b><i class='cell email'>at work</i></div><div><b class=name>Lamp</b><i class=price>9</i></div>",
      "[name] | [contact] | Lamp | 9",
    ],
    [
      "cells under a header that an empty row stands before",
      "<div role=grid><div><div role=row></div></div><div><div role=row><b role=columnheader></b></div></div><div><div role=row><b role=columnheader col-id=a>Plan</b><b role=columnheader col-id=b>Patient</b></div></div><div><div role=row><i role=gridcell col-id=b>Ada</i><i role=gridcell col-id=a>Gold</i></div></div></div>",
      "Plan | Patient | [person] | Gold",
    ],
    [
      "somebody whose family name comes first, or after a small word",
      "<dl><dt>Tenant</dt><dd>Byron, Ada</dd><dt>Witness</dt><dd>Emmy van Aalto</dd><dt>Coach</dt><dd>by train</dd></dl>",
      "Tenant | [somebody] | Witness | [somebody] | Coach | by train",
    ],
    [
      "cells that no header speaks for, as any of them",
      "<div role=grid><div role=row><b role=columnheader col-id=a>Plan</b><b role=columnheader col-id=b>Patient</b></div><div role=row><i role=gridcell col-id=x>Ada</i><i role=gridcell col-id=a>Gold</i></div></div>",
      "Plan | Patient | [person] | Gold",
    ],
    [
      "a bare name in a cell by its class, and none beside a price",
      "<div><i role=cell class='cell name'>Ada</i><i role=cell>7</i></div><div><i role=cell class='cell name'>Lamp</i><i role=cell class='cell price'>9</i></div>",
      "[name] | 7 | Lamp | 9",
    ],
    [
      "a flyer's and a member's number by a label above it",
      "<div><small>Frequent-flyer no</small><div>AB 123456789</div></div><div><div>Membership no</div><div>MB123456789</div></div><div><div>Loyalty number</div><div>L123456789</div></div><div><div>Membership</div><div>Gold</div></div>",
      "Frequent-flyer no | [ID number] | Membership no | [ID number] | Loyalty number | [ID number] | Membership | Gold",
    ],
    [
      "when a card ends by a label beside it, and no other day",
      "<div><div>Expires</div><div>09/31</div></div><div><div>Expiry</div><div>30 days</div></div><div><div>Valid thru</div><div>09 / 2031</div></div><div><div>Expires</div><div>2031-09-01</div></div>",
      "Expires | [card] | Expiry | 30 days | Valid thru | [card] | Expires | 2031-09-01",
    ],
    ["a name by its data alone", "<p data-field='user-name'>Ada of the mill</p>", "[name]"],
    [
      "a name at the end of a trail of people",
      "<ol class=breadcrumbs><li>Home</li><li>Patients</li><li>Ada Byron</li></ol><nav class=crumbs><a>Shop</a> / <b>Blue Lamp</b></nav>",
      "Home | Patients | [person] | Shop | / | Blue Lamp",
    ],
    [
      "what is chosen in a box that only looks like a field",
      "<div><label>Supervisor</label><div class=my-select><i title='Ada Byron'>Byron, Ada</i><input></div></div>",
      "Supervisor | [somebody]",
    ],
    [
      "notes in a timeline",
      "<ul class=timeline><li><b>Visit note</b><p>She wept.</p></li><li><b>Order shipped</b><p>From Berlin</p></li></ul>",
      "Visit note | [message] | Order shipped | From Berlin",
    ],
    [
      "no size and no time of a message",
      "<table><tr class=mail-item><td>My divorce</td><td>12 KB</td><td>14:02</td></tr></table>",
      "[message] | 12 KB | 14:02",
    ],
    [
      "no links and no forms under a heading of notes",
      "<div><h3>Internal notes</h3><p>She wept</p><a>View all</a></div><h3>Release notes</h3><p>Faster</p>",
      "Internal notes | [message] | View all | Release notes | Faster",
    ],
    [
      "lists under a wide heading, but not all that follows",
      "<div><h2>My health summary</h2><ul><li>Gout</li></ul><table><tr><td>Uric acid</td><td>high</td></tr></table><p>Your next steps</p></div>",
      "My health summary | [health] | [health] | [health] | Your next steps",
    ],
    [
      "who stands beside an address",
      "<li><p>Ada Byron</p><p>ada@byron.example</p></li><p>Kai Bohr · kai@bohr.example</p>",
      "[name] | [e-mail] | [name] · [e-mail]",
    ],
    [
      "the heading of a card that is called after a person",
      "<div class=resident-card><h3>Ada Byron</h3></div><div class=lamp-card><h3>Blue Lamp</h3></div>",
      "[name] | Blue Lamp",
    ],
    [
      "a heading under the word for who it is, and an element whose own tag says so",
      "<div><p>Customer</p><h1>Ada Byron</h1></div><h2><x-full-name>Ada</x-full-name></h2>",
      "Customer | [name] | [name]",
    ],
    [
      "choices of people",
      "<ul role=listbox aria-label=Attendees><li role=option><div><b>Ada Byron</b></div></li></ul>",
      "[person]",
    ],
    [
      "no subject of a school",
      "<table><tr><th>Subject</th><th>Room</th></tr><tr><td>Algebra</td><td>12</td></tr></table>",
      "Subject | Room | Algebra | 12",
    ],
    [
      "a name that was hidden wherever it is said again",
      "<table><tr><td>Customer</td><td>Ada Byron</td></tr></table><h3>Bookings of Ada Byron</h3><h3>Orders of Blue Lamp</h3>",
      "Customer | [person] | Bookings of [name] | Orders of Blue Lamp",
    ],
    [
      "what a region says that is called after a talk",
      "<section aria-label='Chat with Ada'><div class=css-1x>I miss you</div></section><section aria-label='Chat settings'><p>Sounds</p></section>",
      "[message] | Sounds",
    ],
    [
      "a value above its label",
      "<div><b>Ada Byron</b><i class=subtitle>Resident</i></div><div><b>Blue Lamp</b><i class=subtitle>Garden</i></div>",
      "[person] | Resident | Blue Lamp | Garden",
    ],
    [
      "names in a list under the word for what they are",
      "<h3>Witnesses</h3><ol><li>Ada Byron</li><li>none yet</li></ol>",
      "Witnesses | [somebody] | none yet",
    ],
    ["an address", "<address>Ada Byron, The old mill</address>", "[address]"],
    [
      "choices by what is asked",
      "<label>Diagnosis <select><option>Gout</option></select></label><label>Size <select><option>Large</option></select></label>",
      "Diagnosis | [health] | Size | Large",
    ],
    [
      "a value after a colon in another element",
      "<p><b>Date of birth:</b> the first of May</p>",
      "Date of birth: | [date of birth]",
    ],
    [
      "a name after a colon",
      "<ul><li><b>Name</b>: Ada Byron</li><li><b>Plan</b>: Gold</li></ul>",
      "Name | : [name] | Plan | : Gold",
    ],
    [
      "the other of two cells by the first",
      "<table><tr><td>Claimant</td><td>Ada Byron</td></tr><tr><td>Plan</td><td>Gold</td></tr></table>",
      "Claimant | [person] | Plan | Gold",
    ],
    [
      "a text by a label that only its class tells",
      "<div><div class='field-label'>Gross salary</div><div>a fortune</div></div>",
      "Gross salary | [private]",
    ],
    [
      "an element by the last words before it",
      "<p>Booked, next of kin <b>Ada Byron</b>, nationality <i>Swiss</i>, plan <i>Gold</i></p>",
      "Booked, next of kin | [name] | , nationality | [private] | , plan | Gold",
    ],
    [
      "a bare name in rows of a person",
      "<dl><div><dt>Name</dt><dd>Ada</dd></div><div><dt>Home address</dt><dd>The mill</dd></div></dl>",
      "Name | [name] | Home address | [address]",
    ],
    [
      "a bare name in what is called after a person",
      "<div class='guest-tile'><b class='name'>Ada</b></div><div class='lamp-tile'><b class='name'>Lamp</b></div>",
      "[name] | Lamp",
    ],
    [
      "labels in other languages",
      "<dl><dt>氏名</dt><dd>山田</dd><dt>生年月日</dt><dd>春</dd><dt>Kontoinhaberin</dt><dd>x</dd><dt>Steuernummer</dt><dd>y</dd><dt>Destinataire</dt><dd>Ada</dd></dl>",
      "氏名 | [name] | 生年月日 | [date of birth] | Kontoinhaberin | [name] | Steuernummer | [ID number] | Destinataire | [person]",
    ],
    [
      "a name by the last word of its class",
      "<i class='guest-tile__name'>Ada</i><i class='guest-tile__plan'>Gold</i><i class='lamp__name'>Lamp</i>",
      "[name] | Gold | Lamp",
    ],
    [
      "who somebody is, at the head of what is theirs",
      "<section aria-label='Patient'><h3>Ada Byron</h3><h3>Vitals</h3></section>",
      "[name] | Vitals",
    ],
    [
      "who did it, in a table of users",
      "<table><tr><th>User</th><th>Did</th></tr><tr><td>Ada</td><td>Export</td></tr></table>",
      "User | Did | [person] | Export",
    ],
    [
      "what stands under a summary",
      "<details><summary>Allergies</summary><p>Peanuts</p></details>",
      "Allergies | [health]",
    ],
    ["a part of a page by its data", "<p data-section='medications'>Insulin</p>", "[health]"],
    [
      "who somebody is by a part that has a name beside it",
      "<dl><dt>Guarantor</dt><dd>Ada Byron</dd><dt>Trustee</dt><dd>none yet</dd><dt>Order</dt><dd>Blue Lamp</dd></dl>",
      "Guarantor | [somebody] | Trustee | none yet | Order | Blue Lamp",
    ],
    [
      "numbers of other countries, needs and requests",
      "<dl><dt>NRIC</dt><dd>x</dd><dt>Dietary needs</dt><dd>y</dd><dt>Special requests</dt><dd>z</dd><dt>姓名</dt><dd>w</dd><dt>Seat</dt><dd>Gold</dd></dl>",
      "NRIC | [ID number] | Dietary needs | [health] | Special requests | [message] | 姓名 | [name] | Seat | Gold",
    ],
    [
      "a value that speaks of a part",
      "<div><b>Religion</b><i>Presbyterian</i></div>",
      "Religion | [private]",
    ],
    [
      "labels of more than one word in other languages",
      "<dl><dt>Titulaire de la carte</dt><dd>Ada</dd><dt>Nome completo</dt><dd>Ada</dd><dt>Estado civil</dt><dd>x</dd><dt>Anmerkungen</dt><dd>y</dd></dl>",
      "Titulaire de la carte | [person] | Nome completo | [name] | Estado civil | [private] | Anmerkungen | [message]",
    ],
    [
      "pay and history, and no plan",
      "<dl><dt>Net pay</dt><dd>€ 9</dd><dt>Family history</dt><dd>Gout</dd><dt>Pension plan</dt><dd>Gold</dd></dl>",
      "Net pay | [private] | Family history | [health] | Pension plan | Gold",
    ],
    [
      "not when a message came",
      "<ul class='chat'><li>I miss you <time>09:40</time></li></ul>",
      "[message] | 09:40",
    ],
    [
      "no person by a part of a thing's name",
      "<dl><dt>Client version</dt><dd>4.2</dd><dt>Customer since</dt><dd>2019</dd><dt>Guests</dt><dd>2</dd></dl>",
      "Client version | 4.2 | Customer since | 2019 | Guests | 2",
    ],
    ["no day of a prescription", "<dl><dt>Prescribed on</dt><dd>3 May</dd></dl>", "Prescribed on | 3 May"],
    [
      "no action beside a value",
      "<dl><dt>Home address</dt><dd>The mill</dd><dd><a href='#'>Change</a></dd></dl>",
      "Home address | [address] | Change",
    ],
    [
      "no label that holds its value already",
      "<div><p>Medicare: 2428 77813 2</p><p>Line 4 of the form</p></div>",
      "Medicare: [ID number] | Line 4 of the form",
    ],
    ["nothing under a page's first heading", "<h1>Messages</h1><p>2 unread</p>", "Messages | 2 unread"],
  ])("%s", (_, html, leaves) => expect(shown(html)).toBe(leaves));
});

describe("a value is found over the borders of elements", () => {
  it.each([
    ["in its groups", "<p><b>5555</b> <b>5555</b> <b>5555</b> <b>4444</b></p>", "[card]"],
    ["glued", "<p><i>5555</i><i>5555</i><i>5555</i><i>4444</i></p>", "[card]"],
    ["in blocks", "<div><div>5555</div><div>5555</div><div>5555</div><div>4444</div></div>", "[card]"],
    ["an address of mail", "<p><i>ada</i>@<i>example</i>.org</p>", "[e-mail]"],
    ["beside another that is", "<p>To ada@example.org, CVC <b>123</b></p>", "To [e-mail], CVC | [card]"],
    [
      "after one that was found",
      "<p>Card 5555 5555 5555 4444, expires <i>09/31</i></p>",
      "Card [card], expires | [card]",
    ],
    [
      "no time after a word",
      "<div><b>Waiting for customer</b> <i>SLA 01:12:45 left</i></div>",
      "Waiting for customer | SLA 01:12:45 left",
    ],
    ["with words around it", "<p>Pay <b>5555 5555</b> <b>5555 4444</b> now</p>", "Pay | [card] | now"],
    [
      "beside words that are none",
      "<p><b>Contact</b><b>ada@example.org</b><b>Edit</b></p>",
      "Contact | [e-mail] | Edit",
    ],
  ])("%s", (_, html, leaves) => expect(shown(html)).toBe(leaves));
});

describe("a text that changes", () => {
  it("is a person's again in each row that a list uses anew", () => {
    const site = page(
      "<div role=row><i role=cell class='cell name' id=who>Ada</i><i role=cell class=cell>7</i></div>",
    );
    const subject = gate();
    const left = [JSON.stringify(subject.pass(site.snapshot()))];
    for (const name of ["Kai Bohr", "Lise", "Emmy van Aalto"])
      left.push(JSON.stringify(subject.pass(site.tell("who", name))));
    for (const event of left) expect(event).toContain("[name]");
    expect(left.join("")).not.toMatch(/Ada|Bohr|Lise|Emmy/);
  });

  it("is known by the number of its column in rows that come later", () => {
    const site = page(
      "<div role=treegrid><div role=row><b role=columnheader>Plan</b><b role=columnheader>Customer</b></div><div id=rows></div></div>",
    );
    const subject = gate();
    subject.pass(site.snapshot());
    const row =
      "<div role=row><i role=gridcell aria-colindex=2>Ada Byron</i><i role=gridcell aria-colindex=1>Gold</i></div>";
    const left = JSON.stringify(subject.pass(site.append("rows", row)));
    expect(left).toContain("Gold");
    expect(left).not.toContain("Byron");
  });

  it("leaves no number letter by letter", () => {
    const site = page("<p id='p'>4</p>");
    const subject = gate();
    const left = [JSON.stringify(subject.pass(site.snapshot()))];
    const number = "4000056655665556";
    for (let i = 2; i <= number.length; i++)
      left.push(JSON.stringify(subject.pass(site.replaceText("p", number.slice(0, i)))));
    expect(left.join("")).not.toContain("40000");
    expect(left.at(-1)).toContain("[card]");
  });

  it("leaves no number by a snapshot while it is written, and shows what has settled", () => {
    const site = page("<p id='p'>Order 4</p>");
    const subject = gate();
    subject.pass(site.snapshot());
    subject.pass(site.replaceText("p", "Order 40000"));
    expect(JSON.stringify(subject.pass(site.snapshot()))).not.toContain("40000");
    const later = { ...site.snapshot(), timestamp: site.snapshot().timestamp + 6_000 };
    expect(JSON.stringify(subject.pass(later))).toContain("Order 40000");
  });

  it("shows again what turned out to be nothing", () => {
    const site = page("<p id='p'>Order 41</p>");
    const subject = gate();
    subject.pass(site.snapshot());
    expect(JSON.stringify(subject.pass(site.replaceText("p", "Order 4171")))).toContain("[text]");
    expect(JSON.stringify(subject.pass(site.replaceText("p", "Order 4171 is on its way")))).toContain(
      "4171 is on",
    );
  });

  it("is read with its neighbours, and takes back what they make of it", () => {
    const site = page("<p id='p'><b>5555 5555</b></p>");
    const subject = gate();
    expect(JSON.stringify(subject.pass(site.snapshot()))).toContain("5555 5555");
    const { event } = subject.pass(site.append("p", "<b> 5555 4444</b>"));
    const { texts } = (event as Event).data as { texts: { value: string }[] };
    expect(texts.map(({ value }) => value)).toEqual(["[card]"]);
  });

  it("keeps the marks of the place that it was taken from", () => {
    const site = page("<div data-placet-mask><i id='i'>Ada</i></div><p id='p'></p>");
    const subject = gate();
    subject.pass(site.snapshot());
    expect(JSON.stringify(subject.pass(site.move("i", "p")))).not.toContain("Ada");
  });
});

describe("a field", () => {
  it("does not tell what was chosen where the question is a person's own", () => {
    const asked = (legend: string) =>
      JSON.stringify(
        gate().pass(
          page(
            `<fieldset><legend>${legend}</legend><label><input type="radio" checked>Yes</label></fieldset>`,
          ).snapshot(),
        ),
      );
    expect(asked("HIV status")).not.toContain("checked");
    expect(asked("Gift wrap")).toContain("checked");
  });

  it("shows that two addresses differ, without showing either", () => {
    const subject = gate();
    const first = subject.typed({}, ["email"], "ada@example.org");
    expect(first).toMatch(/^\[e-mail \d+\]$/);
    expect(subject.typed({}, ["email"], "ADA@example.org")).toBe(first);
    expect(subject.typed({}, ["email"], "bob@example.org")).not.toBe(first);
    expect(createGate(POLICY, LOOK, "another key").typed({}, ["email"], "ada@example.org")).not.toBe(first);
  });

  it("is no choice whose word ends like a part", () => {
    const subject = gate();
    subject.typed({}, ["select-one", "Language Norwegian Bokmål"], "Norwegian Bokmål");
    expect(JSON.stringify(subject.pass(page("<p>In Norwegian Bokmål</p>").snapshot()))).toContain("Bokmål");
  });

  it("is not repeated by the page", () => {
    const subject = gate();
    subject.typed({}, ["text", "firstName"], "Augusta");
    expect(JSON.stringify(subject.pass(page("<p>Thanks, Augusta!</p>").snapshot()))).not.toContain("Augusta");
  });
});

describe("a strict site", () => {
  it.each([
    [
      "headings, labels and buttons",
      "<h2>Basket</h2><label>Size</label><button>Buy</button>",
      "Basket | Size | Buy",
    ],
    ["navigation", "<nav><ul><li><a href='/'>Home</a></li></ul></nav>", "Home"],
    ["headers, not cells", "<table><tr><th>Item</th></tr><tr><td>Lamp</td></tr></table>", "Item | [text]"],
    [
      "what tells how something went",
      "<p class='err'>Not valid</p><p role='status'>Saved</p><p>Anything</p>",
      "Not valid | Saved | [text]",
    ],
    ["no choices", "<select><option>Lamp</option></select>", "[text]"],
    [
      "nothing that is told of somebody",
      "<p role='alert'><b>Ada Byron</b>: <i>Call me</i></p>",
      "[text] | [text] | [text]",
    ],
    [
      "no button that is somebody",
      "<ul class=messages><li><button class='msg__sender'>Ada Byron</button><button class=reply>Reply</button></li></ul><button class=author>Kai Bohr</button>",
      "[message] | Reply | [person]",
    ],
    ["the shape of a line", "<p>Ada Lovelace was born in London</p>", Array(6).fill("▇▇▇▇▇▇").join(" ")],
    [
      "the same shape for another",
      "<p>Grace Hopper came from New York, far away</p>",
      Array(6).fill("▇▇▇▇▇▇").join(" "),
    ],
    ["no cell in a heading's list", "<nav></nav><ul><li>Ada</li></ul>", "[text]"],
  ])("shows %s", (_, html, leaves) => expect(shown(html, { mode: "strict" })).toBe(leaves));

  it("says no name with a button", () => {
    const html =
      "<button aria-label='Remove Ada Byron'>x</button><button aria-label='Close the list'>x</button>";
    const { event } = gate({ mode: "strict" }).pass(page(html).snapshot());
    expect(JSON.stringify(event)).not.toContain("Byron");
    expect(JSON.stringify(event)).toContain("Close the list");
  });

  it("shows its own words, and no one's name or number beside them", () => {
    const own = new Set(["Free returns", "Your name", "Ada Lovelace", "Call 020 7946 0958"]);
    const html =
      "<p>Free returns</p><p>Kept</p><p class='customer-name'>Ada Lovelace</p><p>Call 020 7946 0958</p>" +
      "<p data-placet-mask>Your name</p>";
    expect(shown(html, { mode: "strict" }, (text) => own.has(text))).toBe(
      "Free returns | [text] | [name] | Call [phone] | [text]",
    );
  });
});

describe("what the gate does not know stays in the browser", () => {
  it("and so does the sheet of our own bar", () => {
    const subject = gate();
    const html = page("<placet-bar id=bar></placet-bar><p id=text>Hello</p>");
    const { event } = subject.pass(html.snapshot());
    const ids: number[] = [];
    const walk = (node: { id?: number; type?: number; tagName?: string; childNodes?: unknown[] }) => {
      if (node.type === 5 || node.tagName === "p") ids.push(node.id ?? 0);
      for (const child of node.childNodes ?? []) walk(child as typeof node);
    };
    walk(((event as Event).data as { node: object }).node);
    const [bar = 0, text = 0] = ids;
    const adopt = (id: number) =>
      subject.pass({
        type: 3,
        data: {
          source: 15,
          id,
          styleIds: [1],
          styles: [{ styleId: 1, rules: [{ rule: ":host{all:initial}" }] }],
        },
        timestamp: 1,
      });
    expect(adopt(bar)).toEqual({});
    expect(adopt(text).event).toBeDefined();
  });

  const pass = (event: unknown) => gate().pass(event);
  it.each([
    ["a type", { type: 6, data: { plugin: "x", payload: "ada" }, timestamp: 1 }],
    ["a source", { type: 3, data: { source: 9, commands: ["ada"] }, timestamp: 1 }],
    ["a tag", { type: 5, data: { tag: "ada", payload: {} }, timestamp: 1 }],
    ["a text of nobody", { type: 3, data: { source: 0, texts: [{ id: 99, value: "ada" }] }, timestamp: 1 }],
    [
      "an input of nobody",
      { type: 3, data: { source: 5, id: 99, text: "ada", isChecked: false }, timestamp: 1 },
    ],
  ])("%s", (_, event) => expect(pass(event).event).toBeUndefined());

  it.each([
    ["no object", "ada"],
    ["no number", { type: "2", data: {}, timestamp: 1 }],
    [
      "a node of no kind",
      { type: 2, data: { node: { type: 77, id: 1, childNodes: [] }, initialOffset: {} }, timestamp: 1 },
    ],
    ["a list that is none", { type: 3, data: { source: 0, adds: "ada" }, timestamp: 1 }],
  ])("and %s is a failure that asks for a snapshot", (_, event) =>
    expect(pass(event)).toEqual({ failed: true }),
  );

  it("a rule that throws drops the event, and the gate goes on", () => {
    let broken = true;
    const look = {
      ...LOOK,
      exposure: () => {
        if (broken) throw new Error("broken");
        return 0 as const;
      },
    };
    const subject = createGate(POLICY, look, "k");
    expect(subject.pass(page("<p>Ada</p>").snapshot())).toEqual({ failed: true });
    broken = false;
    expect(JSON.stringify(subject.pass(page("<p>Hello</p>").snapshot()))).toContain("Hello");
  });
});

describe("a site's own expressions", () => {
  it.each([
    ["a word", ["CUST-[0-9]{6}"], "<p>Customer CUST-123456 called</p>", "Customer [hidden] called"],
    ["all of it, whatever groups it has", ["(AB|CD)-\\d+"], "<p>Case AB-12 open</p>", "Case [hidden] open"],
    ["a short text", ["^X1$"], "<p>X1</p>", "[hidden]"],
    ["letters with accents", ["Müller"], "<p>Firma Müller OHG</p>", "Firma [hidden] OHG"],
    ["over the borders of elements", ["KD\\d{4}"], "<p>KD<b>1234</b></p>", "[hidden]"],
    ["nothing, and goes on", ["\\b"], "<p>Open orders</p>", "Open orders"],
  ])("hide %s", (_, patterns, html, left) => {
    expect(shown(html, { text_patterns: patterns })).toBe(left);
  });

  it("hold in what the console says", () => {
    const data = { tag: "placet.console", payload: { level: "log", text: "no CUST-77 found", count: 1 } };
    const { event } = gate({ text_patterns: ["CUST-\\d+"] }).pass({ type: 5, timestamp: 1, data });
    expect(JSON.stringify(event)).toContain("no [hidden] found");
  });
});
