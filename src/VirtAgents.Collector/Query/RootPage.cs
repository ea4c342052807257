namespace VirtAgents.Collector.Query;

/// <summary>What somebody sees who opens the HTTP port in a browser.</summary>
internal static class RootPage
{
    private const string Html =
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>VirtAgents collector</title></head>
        <body>
        <h1>VirtAgents collector</h1>
        <p>It collects what agents see of hosts and VMs. Everything below is JSON unless it says otherwise; the same is there over gRPC.</p>
        <ul>
        <li><a href="/v1/hosts">/v1/hosts</a> hosts</li>
        <li><a href="/v1/vms">/v1/vms</a> VMs; one of them: /v1/vms/NAME</li>
        <li><a href="/v1/pools">/v1/pools</a> storage pools</li>
        <li>/v1/volumes?host=NAME volumes of the pools of a host</li>
        <li><a href="/v1/events?newestFirst=true">/v1/events</a> events; as they happen: /v1/events:watch</li>
        <li><a href="/v1/directives">/v1/directives</a> directives: what hosts were told to do; <a href="/v1/directive-kinds">/v1/directive-kinds</a> kinds; <a href="/v1/freeze">/v1/freeze</a></li>
        <li><a href="/v1/metrics">/v1/metrics</a> what can be queried</li>
        <li>/v1/latest?vm=NAME newest values</li>
        <li>/v1/range?metric=vm_cpu_percent&amp;vm=NAME&amp;fromUnixMs=-3600000&amp;stepMs=60000 values over time</li>
        <li>/v1/query?metrics=vm_cpu_percent&amp;fromUnixMs=-3600000&amp;groupBy=GROUP_BY_HOST&amp;across=ACROSS_SUM&amp;top=10 the same selected, grouped and ranked</li>
        <li><a href="/openapi.json">/openapi.json</a> description of all this</li>
        <li><a href="/metrics">/metrics</a> newest values of hosts and VMs, and figures of the collector itself, for Prometheus (text)</li>
        <li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a> whether it lives, whether it can work (text)</li>
        </ul>
        </body>
        </html>
        """;

    public static void MapRootPage(this IEndpointRouteBuilder app) =>
        app.MapGet("/", () => Results.Content(Html, "text/html; charset=utf-8"));
}
