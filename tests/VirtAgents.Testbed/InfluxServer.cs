using System.Net.Http.Headers;
using System.Text;

namespace VirtAgents.Testbed;

/// <summary>An InfluxDB 1 of the test's own.</summary>
public sealed class InfluxServer : DatabaseServer
{
    private readonly string _dataDirectory;

    private InfluxServer(string settings, string? dataDirectory)
    {
        _dataDirectory = dataDirectory ?? Directory;
        File.WriteAllText(ConfigFile, Config(settings));
    }

    private protected override string Program => "/usr/bin/influxd";

    private protected override string[] Arguments => ["-config", ConfigFile];

    private protected override string HealthPath => "/ping";

    private string ConfigFile => Path.Combine(Directory, "influxdb.conf");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="settings">More lines for the section <c>[http]</c> of its configuration.</param>
    /// <param name="dataDirectory">Where it keeps its data; null = a directory that is gone with the server.</param>
    public static Task<InfluxServer> StartAsync(CancellationToken cancellationToken, string settings = "", string? dataDirectory = null) =>
        StartAsync(new InfluxServer(settings, dataDirectory), cancellationToken);

    /// <summary>Carries InfluxQL out and returns the answer as the server gives it.</summary>
    public async Task<string> QueryAsync(string query, string database = "", string user = "", string password = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, "/query"))
        {
            Content = new FormUrlEncodedContent([new("q", query), new("db", database), new("epoch", "ms")]),
        };
        if (user.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        using HttpResponseMessage answer = await Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private string Config(string settings) => $"""
        reporting-enabled = false
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
        dir = "{_dataDirectory}/meta"
        [data]
        dir = "{_dataDirectory}/data"
        wal-dir = "{_dataDirectory}/wal"
        index-version = "tsi1"
        query-log-enabled = false
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:{Url.Port}"
        log-enabled = false
        {settings}
        """;
}
