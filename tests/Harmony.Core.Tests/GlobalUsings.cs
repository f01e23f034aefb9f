global using Harmony.Tests;
global using Xunit;
