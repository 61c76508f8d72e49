import htmx from "htmx.org";
import "./behaviours/theme.js";
import "./behaviours/menus.js";
import "./behaviours/keys.js";
import "./behaviours/walk.js";
import "./behaviours/copy.js";
import "./behaviours/dialogs.js";
import "./behaviours/dropzone.js";
import "./behaviours/autosubmit.js";
import "./behaviours/selection.js";
import "./behaviours/rows.js";
import "./behaviours/sections.js";
import "./behaviours/notices.js";
import "./behaviours/requests.js";
import "./behaviours/charts.js";

window.htmx = htmx;
