using VirtAgents.Cli.Tests.Fixtures;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands { get; } = [.. CommandTree.Under(Reference.Root()).Where(command => !command.Hidden).Select(CommandTree.PathOf)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_EveryCommand_HasExamplesAndExitCodes(string command)
    {
        var ended = await Tool.RunAsync([.. command.Split(' '), "--help"]);

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("\nExamples:\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("\n    3  the collector, or the simulation, cannot be reached\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_GroupWithoutCommand_ShowsItsCommands()
    {
        var ended = await Tool.RunAsync("directive");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("\n  virtctl directive kinds\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_WrongCommandOfAGroup_NamesTheGroup()
    {
        var ended = await Tool.RunAsync("directive", "sned");

        Assert.Equal(2, ended.Code);
        Assert.EndsWith("Try 'virtctl directive --help'.\n", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_NoCommand_ShowsCommands()
    {
        var ended = await Tool.RunAsync();

        Assert.Equal(0, ended.Code);
        Assert.Contains("\n  virtctl events --follow\n", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_EveryOne_CanBeParsed()
    {
        var root = Reference.Root();
        var lines = CommandTree.Under(root).OfType<CliCommand>().SelectMany(command => command.Examples).Concat(HelpWithExamples.RootExamples).Select(example => example.Line);

        foreach (var line in lines.Where(line => line.StartsWith("virtctl ", StringComparison.Ordinal)))
        {
            var command = line["virtctl ".Length..].Split([" | ", " > "], StringSplitOptions.None)[0];
            Assert.Empty(root.Parse(WordsOf(command)).Errors);
        }
    }

    /// <summary>As a shell splits it, as far as examples use quotes.</summary>
    private static string[] WordsOf(string line) =>
        [.. System.Text.RegularExpressions.Regex.Matches(line, "'([^']*)'|\"([^\"]*)\"|(\\S+)").Select(word => string.Concat(word.Groups.Values.Skip(1)))];

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task Version_Asked_IsPrinted(string word)
    {
        var ended = await Tool.RunAsync(word);

        Assert.Matches(@"^virtctl \d+\.\d+\.\d+\n$", ended.Output);
    }
}
