using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Commands;

internal static class VmVerbCommand
{
    public static Command Create(CommandBinder binder, VmVerb verb)
    {
        var vm = new Argument<string>("VM") { Description = "Name or UUID." };
        var options = verb.Options.ToDictionary(option => option, OptionOf);
        var sending = new SendOptions(binder.Environment);
        var command = new CliCommand(verb.Name, verb.Description, verb.Examples) { vm };
        foreach (var option in options.Values)
        {
            command.Add(option);
        }

        sending.AddTo(command);
        binder.Run(command, (parse, context, cancel) =>
        {
            var given = options.Where(pair => parse.GetResult(pair.Value) is { Implicit: false }).ToDictionary(pair => pair.Key, pair => TextOf(parse, pair.Key, pair.Value));
            DirectiveDraft[] drafts = [.. KindsOf(verb, given).Select(kind => DraftOf(kind, parse.GetRequiredValue(vm), parse.GetValue(sending.Host) ?? "", given))];
            return new DirectiveSender(context, sending.Read(parse)).RunAsync(drafts, cancel);
        });
        return command;
    }

    private static Option OptionOf(VerbOption option) => option.Value.Length == 0
        ? new Option<bool>(option.Name) { Description = option.Description }
        : new Option<string?>(option.Name) { Description = option.Description, HelpName = option.Value, Required = option.IsRequired };

    private static string TextOf(ParseResult parse, VerbOption option, Option symbol) =>
        symbol is Option<string?> text ? parse.GetValue(text)! : parse.GetValue((Option<bool>)symbol) ? option.FlagText : "";

    private static DirectiveKind[] KindsOf(VmVerb verb, Dictionary<VerbOption, string> given)
    {
        DirectiveKind[] kinds = verb.Kind is { } always ? [always] : [.. verb.Options.Where(given.ContainsKey).Select(option => option.Kind).OfType<DirectiveKind>().Distinct()];
        return kinds.Length > 0
            ? kinds
            : throw new CliFailureException(ExitCode.Usage, $"nothing to {verb.Name}: give {string.Join(" or ", verb.Options.Where(option => option.Kind is not null).Select(option => option.Name))}.");
    }

    private static DirectiveDraft DraftOf(DirectiveKind kind, string vm, string host, Dictionary<VerbOption, string> given)
    {
        var definition = DirectiveCatalogue.Find(kind)!;
        var parameters = given.Where(pair => (pair.Key.Kind ?? kind) == kind && pair.Value.Length > 0)
            .ToDictionary(pair => pair.Key.Parameter, pair => ParameterText.Convert(definition, pair.Key.Parameter, pair.Value), StringComparer.Ordinal);
        return new DirectiveDraft(definition, vm, host, parameters);
    }
}
