// Starts Swagger UI. In a file, because the pages allow no script inside them.
"use strict";

// Its style lets long words push a narrow window apart.
document.body.style.overflowWrap = "anywhere";

SwaggerUIBundle({
  url: document.getElementById("api").dataset.description,
  dom_id: "#api",
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.credentials = "same-origin";
    return request;
  },
});
