using Microsoft.AspNetCore.ResponseCompression;

namespace VirtAgents.Collector.Exposition;

/// <summary>What /metrics needs and where it answers.</summary>
internal static class ExpositionSetup
{
    public static void AddExposition(this IServiceCollection services)
    {
        services.AddSingleton<MetricsPage>();

        // Nothing of a request comes back in the page, so compression tells an eavesdropper nothing: it is safe under TLS as well.
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["text/plain"];
        });
    }

    /// <summary>Maps the page. Of all endpoints it alone compresses.</summary>
    public static void MapExposition(this WebApplication app)
    {
        IEndpointRouteBuilder endpoints = app;
        var own = new OwnFigures(endpoints.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build());
        MetricsPage page = app.Services.GetRequiredService<MetricsPage>();
        IApplicationBuilder answer = endpoints.CreateApplicationBuilder().UseResponseCompression();
        answer.Run(call => page.AnswerAsync(call, own));
        app.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], answer.Build());
    }
}
