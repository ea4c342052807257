using System.CommandLine;
using System.CommandLine.Completions;

namespace VirtAgents.Cli.Completion;

/// <summary>What can follow an option or stand as an argument.</summary>
internal enum ValueSource
{
    Anything = 0,
    Listed = 1,
    CommaList = 2,
    File = 3,
    Host = 4,
    Vm = 5,
    Metric = 6,
}

/// <summary>An option or argument as completion sees it.</summary>
internal sealed record CompletedSymbol(IReadOnlyList<string> Names, string Description, bool TakesValue, ValueSource Source, IReadOnlyList<string> Values)
{
    /// <summary>Whether an argument may be given more than once; it is the last one then.</summary>
    public bool IsRepeated { get; init; }
}

/// <summary>A command as completion sees it, with those below it. The path is what is typed after the name of the tool.</summary>
internal sealed record CompletedCommand(
    string Name, string Path, string Description, IReadOnlyList<CompletedSymbol> Options, IReadOnlyList<CompletedSymbol> Arguments, IReadOnlyList<CompletedCommand> Commands);

/// <summary>The command tree as completion sees it: read from the commands themselves, so that it cannot fall behind.</summary>
internal sealed record CompletionModel(IReadOnlyList<CompletedSymbol> Common, IReadOnlyList<CompletedCommand> Commands)
{
    public static CompletionModel Of(RootCommand root) => new(
        [.. root.Options.Where(option => !option.Hidden).Select(Of)],
        [.. root.Subcommands.Where(command => !command.Hidden).Select(Of)]);

    /// <summary>Every command, each before those below itself.</summary>
    public IEnumerable<CompletedCommand> All => Commands.SelectMany(WithThoseBelow);

    /// <summary>Word of the hidden command that lists the names of a source; null = the collector is not asked.</summary>
    public static string? NamesOf(ValueSource source) => source switch
    {
        ValueSource.Host => "hosts",
        ValueSource.Vm => "vms",
        ValueSource.Metric => "metrics",
        _ => null,
    };

    private static CompletedCommand Of(Command command) => new(
        command.Name,
        CommandTree.PathOf(command),
        FirstSentence(command.Description),
        [.. command.Options.Where(option => !option.Hidden).Select(Of)],
        [.. command.Arguments.Select(Of)],
        [.. command.Subcommands.Where(below => !below.Hidden).Select(Of)]);

    private static IEnumerable<CompletedCommand> WithThoseBelow(CompletedCommand command) =>
        command.Commands.SelectMany(WithThoseBelow).Prepend(command);

    private static CompletedSymbol Of(Option option)
    {
        var values = ValuesOf(option);
        return new CompletedSymbol(
            [option.Name, .. option.Aliases.Where(alias => alias.StartsWith('-')).Order(StringComparer.Ordinal)],
            FirstSentence(option.Description),
            option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool) && option is not System.CommandLine.Help.HelpOption,
            SourceOf(option.Name, values, option.Arity.MaximumNumberOfValues > 1),
            values);
    }

    private static CompletedSymbol Of(Argument argument)
    {
        var values = ValuesOf(argument);
        return new CompletedSymbol([argument.Name], FirstSentence(argument.Description), true, SourceOf(argument.Name, values, false), values)
        {
            IsRepeated = argument.Arity.MaximumNumberOfValues > 1,
        };
    }

    private static string[] ValuesOf(Symbol symbol) =>
        symbol is Option { ValueType: var type } && type == typeof(bool) ? [] : [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];

    private static ValueSource SourceOf(string name, string[] values, bool several) => name switch
    {
        "--host" => ValueSource.Host,
        "--vm" or "VM" => ValueSource.Vm,
        "METRIC" => ValueSource.Metric,
        "--ca-file" or "--input" or "SCENARIO" or "SOCKET" => ValueSource.File,

        // That of a backtest; the usual one has listed values.
        "--output" when values.Length == 0 => ValueSource.File,
        _ when values.Length == 0 => ValueSource.Anything,
        _ => several ? ValueSource.CommaList : ValueSource.Listed,
    };

    private static string FirstSentence(string? description) =>
        (description ?? "").Split([". ", ": ", "; "], 2, StringSplitOptions.None)[0].TrimEnd('.');
}
