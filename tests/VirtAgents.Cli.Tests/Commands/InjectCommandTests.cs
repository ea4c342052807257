using System.Net.Sockets;
using System.Text;
using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

/// <summary>Against a socket that gives the answers of the test.</summary>
public sealed class InjectCommandTests : IDisposable
{
    private const string Step = """{"fault":"vm-crash","vm":"web"}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("virtctl-inject-").FullName;

    private string SocketPath => Path.Combine(_directory, "control");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("table", "RESULT\nok\n")]
    [InlineData("json", "[\n  {\n    \"result\": \"ok\"\n  }\n]\n")]
    [InlineData("csv", "result\r\nok\r\n")]
    public async Task Inject_Done_SaysOk(string format, string expected)
    {
        var (asked, ended) = await RunAsync("""{"result":"ok","problems":[]}""", "-o", format);
        Assert.Equal((Step, 0, expected, ""), (asked, ended.Code, ended.Output, ended.Error));
    }

    [Theory]
    [InlineData("""{"result":"refused","problems":["web is crashed"]}""", 5, "virtctl: the simulation refused: web is crashed\n")]
    [InlineData("""{"result":"invalid","problems":["vm: there is no VM 'web'","at: is not known here"]}""", 2, "virtctl: STEP: vm: there is no VM 'web'; at: is not known here\n")]
    [InlineData("""{"hello":1}""", 1, "virtctl: what listens at SOCKET does not answer like a simulation: {\"hello\":1}\n")]
    [InlineData("", 3, "virtctl: cannot reach a simulation at SOCKET: it closed the connection without an answer. Does virtagent simulate, with Simulation:ControlSocket set to it?\n")]
    public async Task Inject_NotDone_SaysWhyAndEndsWithItsCode(string answer, int code, string error)
    {
        var (_, ended) = await RunAsync(answer);
        Assert.Equal((code, "", error), (ended.Code, ended.Output, ended.Error.Replace(SocketPath, "SOCKET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Inject_NobodyListens_SaysSo()
    {
        var ended = await Tool.RunAsync("inject", SocketPath, Step);
        Assert.Equal((3, ""), (ended.Code, ended.Output));
        Assert.StartsWith($"virtctl: cannot reach a simulation at {SocketPath}: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_PathTooLong_IsUsage()
    {
        var ended = await Tool.RunAsync("inject", "/" + new string('x', 200), Step);
        Assert.Equal(2, ended.Code);
        Assert.EndsWith("cannot be the path of a Unix socket: it must have 1 to 107 bytes.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inject_NoAnswer_EndsAfterTheTimeout()
    {
        using var listener = Listen();
        using var run = Tool.Start(null, ["inject", SocketPath, Step, "--timeout", "5s"]);
        using var client = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
        run.Time.Advance(TimeSpan.FromSeconds(5));
        var ended = await run.EndAsync();
        Assert.Equal((6, $"virtctl: the simulation at {SocketPath} did not answer within 5s; wait longer with --timeout.\n"), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Inject_StepOnSeveralLines_SentAsOne()
    {
        var (asked, _) = await AnswerAsync("""{"result":"ok","problems":[]}""", "{\n\"fault\":\r\n\"vm-crash\"}");
        Assert.Equal("""{ "fault": "vm-crash"}""", asked);
    }

    private Socket Listen()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        return listener;
    }

    private Task<(string? Asked, Tool.Ended Ended)> RunAsync(string answer, params string[] options) => AnswerAsync(answer, Step, options);

    private async Task<(string? Asked, Tool.Ended Ended)> AnswerAsync(string answer, string step, params string[] options)
    {
        using var listener = Listen();
        using var run = Tool.Start(null, ["inject", SocketPath, step, .. options]);
        string? asked;
        using (var client = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tool.Patience, TestContext.Current.CancellationToken))
        using (var reader = new StreamReader(new NetworkStream(client)))
        {
            asked = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Tool.Patience, TestContext.Current.CancellationToken);
            if (answer.Length > 0)
            {
                await client.SendAsync(Encoding.UTF8.GetBytes(answer + "\n"), TestContext.Current.CancellationToken);
            }
        }

        return (asked, await run.EndAsync());
    }
}
