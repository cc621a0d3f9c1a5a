// A file of our own instead of drf-spectacular's script: that one is written into the page, which our content
// security policy refuses, or served from a second address that answers with a script.
"use strict";

const place = document.getElementById("api");
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  persistAuthorization: false, // a token stays in this tab's memory
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null, // the public validator would be told our address
});
