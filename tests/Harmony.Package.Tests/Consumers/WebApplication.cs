using System.Text.Json.Serialization;
using Harmony.Core;
using Microsoft.AspNetCore.Mvc;

RenderOptions asTheReference =
    RenderOptions.Completion with { Analysis = AnalysisPolicy.KeepAll, CheckHeaders = false };
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Services.ConfigureHttpJsonOptions(
    static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, WebJson.Default));
WebApplication application = builder.Build();
application.MapPost(
    "/render", (Conversation conversation) => HarmonyEncoding.OpenAI.Render(conversation, asTheReference));
application.MapPost(
    "/parse",
    static ([FromBody] int[] ids) => HarmonyEncoding.OpenAI.ParseMessages(ids, Role.Assistant).ToArray());
application.Run();

[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(Message[]))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class WebJson : JsonSerializerContext;
