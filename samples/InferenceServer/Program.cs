using InferenceServer;
using InferenceServer.Configuration;

try
{
    await ServerApplication.Create(args).RunAsync();
    return 0;
}
catch (OptionsException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return 2;
}
