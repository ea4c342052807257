using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveKindsCommand
{
    public static Command Create(CommandBinder binder)
    {
        var kind = new Argument<string?>("KIND") { Description = "Only this one, with its parameters.", Arity = ArgumentArity.ZeroOrOne }
            .AcceptOnlyFromAmong([.. DirectiveCatalogue.All.Select(definition => definition.Name)]);
        var command = new CliCommand(
            "kinds",
            "Lists what can be done, or the parameters of one kind. Needs no collector. What a host can do, and lets be done, is for the host to say: try with --dry-run.",
            ("virtctl directive kinds", "every kind"),
            ("virtctl directive kinds migrate", "its parameters, with their ranges"),
            ("virtctl directive kinds -o json | jq -r '.[] | select(.destructive) | .name'", "those a guest can lose something by"))
        {
            kind,
        };
        binder.Run(command, (parse, context, _) =>
        {
            if (parse.GetValue(kind) is { } name)
            {
                context.WriteList(KindListing.Parameters, DirectiveCatalogue.Find(name)!.Parameters, name + " takes no parameters.");
            }
            else
            {
                context.WriteList(KindListing.Kinds, DirectiveCatalogue.All, "");
            }

            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
