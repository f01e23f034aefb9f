/** The data of server-sent events, as they come. */
export async function* readEvents(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    try {
        while (true) {
            const { done, value } = await reader.read();
            if (done) {
                return;
            }

            text += value;
            const events = text.split(/\r?\n\r?\n/);
            text = events.pop();
            for (const event of events) {
                const lines = event.split(/\r?\n/).filter(line => line.startsWith("data:"));
                if (lines.length > 0) {
                    yield lines.map(line => line.slice(5).trimStart()).join("\n");
                }
            }
        }
    } finally {
        reader.cancel().catch(() => { });
    }
}
