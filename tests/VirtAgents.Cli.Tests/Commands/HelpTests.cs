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

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/directives.md")]
    public void Documents_EveryCommand_CanBeParsed(string file)
    {
        var root = Reference.Root();
        string[] lines = [.. File.ReadAllLines(Path.Combine(Reference.RepositoryRoot(), file)).Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line)];
        string[] commands = [.. lines.Where(line => line.StartsWith("virtctl ", StringComparison.Ordinal))];

        Assert.NotEmpty(commands);
        Assert.All(commands, line => Assert.Empty(root.Parse(WordsOf(line["virtctl ".Length..])).Errors));
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
