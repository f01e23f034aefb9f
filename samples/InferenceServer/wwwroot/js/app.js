import { byId, debounce, format, say } from "./dom.js";
import { createChatView } from "./chat.js";
import { createParseView } from "./parse.js";
import { createRenderView } from "./render.js";
import { createTokensView } from "./tokens.js";
import { onKey } from "./key.js";
import { Tabs } from "./tabs.js";
import { decode, encode, LongestLink } from "./url.js";

// Compressing a long text with each key would be felt; its link is made when it is asked for.
const LongestKept = 200_000;

const create = {
    tokens: createTokensView, render: createRenderView, parse: createParseView, chat: createChatView,
};
const views = {};
const started = new Set();
const keep = debounce(keepState, 400);
for (const [name, make] of Object.entries(create)) {
    views[name] = make(() => {
        say(byId("link-status"), "");
        keep();
    });
}

const tabs = new Tabs(byId("views"), (name, byHand) => {
    document.title = `${tabs.find(name).textContent} · Harmony playground`;
    if (byHand) {
        start(name, null);
        keepState();
    }
});

/** Gives a view its first state once, or another state. */
async function start(name, state) {
    if (state !== null || !started.has(name)) {
        started.add(name);
        await views[name].setState(state);
    }

    document.documentElement.dataset.ready = name;
}

/** Puts the state into the address. */
async function keepState() {
    const name = tabs.current;
    const state = views[name].getState();
    const isLong = JSON.stringify(state).length > LongestKept;
    const link = isLong ? `#${name}` : await encode(name, state);
    if (name === tabs.current) {
        history.replaceState(null, "", link.length > LongestLink ? `#${name}` : link);
    }
}

/** Shows what the address says. */
async function load() {
    let found;
    let isCut = false;
    try {
        found = await decode(location.hash);
    } catch {
        found = { view: location.hash.slice(1).split("/")[0], state: null };
        isCut = true;
    }

    const name = Object.hasOwn(views, found.view) ? found.view : "tokens";
    tabs.choose(tabs.find(name));
    await start(name, found.state);
    if (isCut) {
        say(byId("link-status"), "The link is incomplete: it was cut, or changed.");
    }
}

byId("copy-link").addEventListener("click", async () => {
    const link = await encode(tabs.current, views[tabs.current].getState());
    if (link.length > LongestLink) {
        say(byId("link-status"), `Too long for a link: ${format(link.length)} characters; ${format(LongestLink)} fit.`);
        return;
    }

    history.replaceState(null, "", link);
    try {
        await navigator.clipboard.writeText(location.href);
        say(byId("link-status"), `Link copied, ${format(location.href.length)} characters.`);
    } catch {
        say(byId("link-status"), "The link is in the address bar; this browser does not let the page copy it.");
    }
});
window.addEventListener("hashchange", load);
onKey(() => views[tabs.current].setState(views[tabs.current].getState()));
load();
