// Renders a prompt for gpt-oss, and reads what the model answers.
using Harmony.Core;

HarmonyEncoding encoding = HarmonyEncoding.OpenAI;

Conversation chat =
[
    Message.System(SystemContent.Default),
    Message.Developer("Talk like a pirate!"),
    Message.User("Arrr, how be you?"),
];

int[] prompt = encoding.RenderForCompletion(chat);
Console.WriteLine($"{prompt.Length} ids: {string.Join(' ', prompt)}");
Console.WriteLine(encoding.Decode(prompt));

// What the model might sample after that prompt, up to its stop token.
int[] completion =
    [200005, 17196, 200008, 50385, 2021, 2021, 0, 16354, 472, 13873, 11, 25518, 88, 13, 200002];
foreach (Message message in encoding.ParseMessages(completion, Role.Assistant))
{
    Console.WriteLine($"{message.Role.ToWord()} on {message.Channel}: {message.Text}");
}
