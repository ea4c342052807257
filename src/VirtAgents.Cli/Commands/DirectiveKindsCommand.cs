using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveKindsCommand
{
    public static Command Create(CommandBinder binder)
    {
        var kind = new Argument<string?>("KIND") { Description = "Only this one, with its parameters.", Arity = ArgumentArity.ZeroOrOne }
            .AcceptOnlyFromAmong([.. DirectiveCatalogue.All.Select(definition => definition.Name)]);
        var host = new Option<string?>("--host") { Description = "What this host can do.", HelpName = "NAME|UUID" };
        var command = new CliCommand(
            "kinds",
            "Lists what can be done, or the parameters of one kind; needs no collector. With --host it tells what that host can do and lets be done, as its agent said when it connected; whether it does it for one VM, --dry-run tells.",
            ("virtctl directive kinds", "every kind"),
            ("virtctl directive kinds migrate", "its parameters, with their ranges"),
            ("virtctl directive kinds --host host-01", "what one host can do, and why not the rest"),
            ("virtctl directive kinds -o json | jq -r '.[] | select(.destructive) | .name'", "those a guest can lose something by"))
        {
            kind,
            host,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            if (parse.GetValue(host) is { } asked)
            {
                var request = new ListDirectiveKindsRequest { Host = asked };
                ListDirectiveKindsResponse answer = await context.Client.CallAsync(options => context.Client.Directives.ListDirectiveKindsAsync(request, options), cancel);
                context.WriteList(KindListing.OfHost, [.. answer.Kinds.Where(k => parse.GetValue(kind) is not { } only || k.Name == only)], "");
            }
            else if (parse.GetValue(kind) is { } name)
            {
                context.WriteList(KindListing.Parameters, DirectiveCatalogue.Find(name)!.Parameters, name + " takes no parameters.");
            }
            else
            {
                context.WriteList(KindListing.Kinds, DirectiveCatalogue.All, "");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
