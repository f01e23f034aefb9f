using InferenceServer.Playground.Support;

[assembly: AssemblyFixture(typeof(BrowserFixture))]
