using System.Net;
using System.Text;
using VirtAgents.Testbed;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>The header that the data source sends, as docs/grafana.md describes it, on a real InfluxDB.</summary>
[Trait("needs", "influxdb")]
public sealed class AuthorizationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Header_ServerWithUsers_LetsTheReaderReadOnly()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel, "auth-enabled = true");
        await server.QueryAsync("CREATE USER root WITH PASSWORD 'right' WITH ALL PRIVILEGES");
        foreach (string statement in new[] { "CREATE DATABASE virtagents", "CREATE USER grafana WITH PASSWORD 'secret'", "GRANT READ ON virtagents TO grafana" })
        {
            await server.QueryAsync(statement, "", "root", "right");
        }

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, Basic("grafana:secret"), "SHOW MEASUREMENTS"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(server, Basic("grafana:secret"), "DROP MEASUREMENT vm"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, Basic("grafana:wrong"), "SHOW MEASUREMENTS"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, "", "SHOW MEASUREMENTS"));
    }

    [Fact]
    public async Task Header_ServerWithoutUsers_MayBeEmptyOrOfAnother()
    {
        await using InfluxServer server = await InfluxServer.StartAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "", "SHOW DATABASES"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, "Token of-another-server", "SHOW DATABASES"));
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials));

    private static async Task<HttpStatusCode> AskAsync(InfluxServer server, string header, string query)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(server.Url, "/query"))
        {
            Content = new FormUrlEncodedContent([new("q", query), new("db", "virtagents")]),
        };
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
        using HttpResponseMessage answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }
}
