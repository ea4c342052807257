using System.Text.RegularExpressions;
using VirtAgents.Simulation.Faults;
using VirtAgents.Simulation.Scenarios;

namespace VirtAgents.Simulation.Tests;

/// <summary>docs/scenarios.md must not promise what does not work, nor forget what does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "scenarios.md"));

    public static TheoryData<int> Examples() => [.. Enumerable.Range(0, ExamplePattern().Count(Text))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_Loaded_RunsWithoutRefusals(int number)
    {
        string json = ExamplePattern().Matches(Text)[number].Groups[1].Value;
        Assert.True(ScenarioRunner.TryLoad(json, out Scenario? scenario, out IReadOnlyList<string> errors), string.Join('\n', errors));
        Assert.DoesNotContain(new ScenarioRunner().Run(scenario), e => e.Kind == SimulatedEventKind.Refused);
    }

    [Fact]
    public void Table_Faults_EveryNameAndNoOther()
    {
        string table = Text[Text.IndexOf("| Fault |", StringComparison.Ordinal)..Text.IndexOf("`host` is needed", StringComparison.Ordinal)];
        IEnumerable<string> named = RowPattern().Matches(table).SelectMany(row => NamePattern().Matches(row.Groups[1].Value)).Select(name => name.Groups[1].Value);
        Assert.Equal(FaultNames.All.Order(), named.Order());
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();

    [GeneratedRegex(@"^\| (`[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex NamePattern();
}
