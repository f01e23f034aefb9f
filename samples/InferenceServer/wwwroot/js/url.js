/** Browsers take far longer addresses, but mail and chat programs cut them. */
export const LongestLink = 32_000;

const ShortText = 160;

function toBase64Url(bytes) {
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000) {
        text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    }

    return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text) {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), char => char.charCodeAt(0));
}

async function pipe(bytes, transform) {
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(transform)).arrayBuffer());
}

/** The fragment of an address that holds a view and its state: `#view` alone for no state, else the state as JSON in
 *  base64url, deflated (`z`) if it is long. */
export async function encode(view, state) {
    if (state === null) {
        return `#${view}`;
    }

    const bytes = new TextEncoder().encode(JSON.stringify(state));
    return bytes.length <= ShortText
        ? `#${view}/j${toBase64Url(bytes)}`
        : `#${view}/z${toBase64Url(await pipe(bytes, new CompressionStream("deflate-raw")))}`;
}

/** What a fragment holds; the state is null if it has none. Throws if it was cut. */
export async function decode(fragment) {
    const [view, packed] = fragment.replace(/^#/, "").split("/");
    if (!packed) {
        return { view, state: null };
    }

    const bytes = fromBase64Url(packed.slice(1));
    const plain = packed[0] === "z" ? await pipe(bytes, new DecompressionStream("deflate-raw")) : bytes;
    return { view, state: JSON.parse(new TextDecoder().decode(plain)) };
}
