// Talks to the sample server with OpenAI's client for Node, and prints what it got as JSON. The first argument is the
// server's address. NodeClientTests starts it, and says what the server samples.
import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'none', baseURL: `${process.argv[2]}v1`, maxRetries: 0 });
const model = 'gpt-oss-20b';
const tools = [{
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { place: { type: 'string' } } } },
}];
const result = {};

// 1: a stream.
let text = '';
for await (const chunk of await client.chat.completions.create({
  model, stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'Ahoy!' }],
})) {
  text += chunk.choices[0]?.delta?.content ?? '';
  result.usage = chunk.usage?.completion_tokens ?? result.usage;
}

result.streamed = text;

// 2 and 3: the client's own loop over tools, with a stream for each turn.
const places = [];
const runner = client.chat.completions.runTools({
  model,
  stream: true,
  messages: [{ role: 'user', content: 'Rain?' }],
  tools: [{
    type: 'function',
    function: {
      ...tools[0].function,
      parse: JSON.parse,
      function: ({ place }) => { places.push(place); return 'Sunny.'; },
    },
  }],
});
result.answer = await runner.finalContent();
result.places = places;

// 4: a response that streams, 5: one that goes on from it.
let id;
for await (const event of await client.responses.create({ model, input: 'Ahoy!', stream: true })) {
  if (event.type === 'response.completed') {
    id = event.response.id;
    result.response = event.response.output.filter(item => item.type === 'message')[0].content[0].text;
  }
}

const next = await client.responses.create({ model, input: 'And?', previous_response_id: id });
result.next = next.output_text;

// A refusal is an error of the client's.
try {
  await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'x' }], temperature: 9 });
} catch (error) {
  result.refusal = [error.constructor.name, error.status, error.param];
}

// 6: an engine that fails within a stream.
try {
  for await (const chunk of await client.chat.completions.create({
    model, stream: true, messages: [{ role: 'user', content: 'Ahoy!' }],
  })) {
    result.before = (result.before ?? '') + (chunk.choices[0]?.delta?.content ?? '');
  }
} catch (error) {
  result.failure = [error.constructor.name, error.code ?? error.error?.code];
}

console.log(JSON.stringify(result));
