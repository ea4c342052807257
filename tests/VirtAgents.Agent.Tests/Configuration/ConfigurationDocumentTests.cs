using System.Runtime.CompilerServices;
using System.Text;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Tests.Configuration;

/// <summary>The documentation of the keys is made from their table. To write it anew: VIRTAGENTS_WRITE_DOCS=1 and run this test.</summary>
public sealed class ConfigurationDocumentTests
{
    private const string Head = """
        # Configuration of the agent

        `virtagent` reads `/etc/virtagents/agent.json` (or `--config FILE`): JSON with comments and trailing commas. Every key can also be set in the
        environment (`VIRTAGENT__Sampling__FastInterval=1s`) and on the command line (`--set Sampling:FastInterval=1s`); the command line wins over the
        environment, and that over the file. `virtagent --check` names every mistake with its key, its value and what is allowed, connects to nothing,
        and ends with 0 or 2. A key that does not exist is a mistake.

        Durations are written `500ms`, `2s`, `1m`, `24h`, `7d` or `hh:mm:ss`; sizes `256 MiB`, `1 GB` or plain bytes. Lists are JSON arrays, or
        separated by commas, or given one by one (`Collector:Endpoints:0`).

        What is on disk: the spool keeps every report and event until the collector has it durably. A killed agent loses nothing. Of what a power cut
        may take, events are flushed to the disk at once and reports at least every second. Files are readable by their owner only. When the disk is
        full the agent goes on with 8 MiB in memory; what has to be dropped is counted (`virtagents_agent_spool_dropped_total`) and told to the
        collector as missing.

        Exit status: 0 stopped on request, or nothing wrong with `--check`; 1 unexpected failure; 2 wrong arguments or configuration; 3 no hypervisor
        to observe; 4 the spool directory cannot be used; 5 `virtagent policy test`: the directive would be refused.

        | Key | Type | Default | Allowed | Meaning |
        |---|---|---|---|---|

        """;

    [Fact]
    public void Document_OfAllKeys_IsUpToDate()
    {
        string path = Path.Combine(Root(), "docs", "configuration-agent.md");
        string expected = Render();
        if (Environment.GetEnvironmentVariable("VIRTAGENTS_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Example_InDeploy_IsAllowed()
    {
        var errors = new List<ConfigurationError>();
        IReadOnlyList<ConfigurationValue> values = JsonSource.Read(File.ReadAllText(Path.Combine(Root(), "deploy", "agent.json")), "agent.json", errors);
        ConfigurationReader.Apply(values, errors);
        Assert.Empty(errors);
        Assert.NotEmpty(values);
    }

    private static string Render()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (ConfigurationKey key in AgentKeys.All)
        {
            string standard = key.Default.Length == 0 ? "" : $"`{key.Default}`";
            text.Append('|').AppendJoin('|', $" `{key.Name}` ", $" {key.Type} ", $" {standard} ", $" {key.Allowed} ", $" {key.Description} ").Append("|\n");
        }

        return text.ToString();
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
