using OpenTelemetry.Metrics;

namespace InferenceServer.Telemetry;

/// <summary>What is measured, and where it can be read.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Adds the meters, and those of ASP.NET Core and of the clients of engines.</summary>
    public static IServiceCollection AddServerMetrics(this IServiceCollection services)
    {
        services.AddSingleton<ServerMetrics>();
        services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter(
                ServerMetrics.MeterName,
                "Microsoft.AspNetCore.Hosting",
                "Microsoft.AspNetCore.Server.Kestrel",
                "System.Net.Http",
                "System.Runtime")
            .AddPrometheusExporter());
        return services;
    }
}
