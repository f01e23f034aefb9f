using InferenceServer;

await ServerApplication.Create(args).RunAsync();
