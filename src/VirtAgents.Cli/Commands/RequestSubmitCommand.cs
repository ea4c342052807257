using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class RequestSubmitCommand
{
    private const int MostPriority = 1_000;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static Command Create(CommandBinder binder)
    {
        var options = new Options(binder.Environment);
        var command = new CliCommand(
            "submit",
            "Asks for a VM that is off to be started when there is room, and its turn has come: on its host, or with --anywhere on any host of its cluster. Ends with 5 when it is not off or another request for it has not ended.",
            ("virtctl request submit web-01 --duration 2h", "start it when there is room"),
            ("virtctl request submit web-01 --anywhere", "on another host where its own has no room"),
            ("virtctl request submit batch-7 --not-before 2026-12-01T22:00Z --deadline 2026-12-02T04:00Z", "at night, or not at all"))
        {
            Remarks = ["Without --duration a VM is taken to run for a very long time: nothing is promised to it, and it passes nothing that waits for room."],
        };
        options.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = options.Read(parse);
            RequestDetails.Write(context, await context.Client.CallAsync(call => context.Client.Requests.SubmitRequestAsync(request, call), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private sealed class Options(CliEnvironment environment)
    {
        private readonly Argument<string> _vm = new("VM") { Description = "Name or UUID." };
        private readonly Option<string?> _host = new("--host") { Description = "Host that has it, by name or UUID; needed only where several have a VM of that name.", HelpName = "HOST" };
        private readonly Option<bool> _anywhere = new("--anywhere") { Description = "Move it to another host of its cluster first, while it is off, where its own cannot start it at once." };
        private readonly Option<TimeSpan?> _duration = Parsed.Duration(new Option<TimeSpan?>("--duration") { Description = "How long it is expected to run. Default: unknown." }, Shortest, Longest);
        private readonly Option<int?> _priority = Parsed.Count(new Option<int?>("--priority") { Description = "Higher is served first where the policy says priority. Default: after all others." }, 0, MostPriority);
        private readonly Option<string?> _tenant = new("--tenant") { Description = "Whose it is, for a VM without a tenant of its own.", HelpName = "NAME" };
        private readonly Option<DateTimeOffset?> _notBefore = Parsed.Later(new Option<DateTimeOffset?>("--not-before") { Description = "Earliest start: a time, or how long from now on. Default: at once." }, environment.Time);
        private readonly Option<DateTimeOffset?> _deadline = Parsed.Later(new Option<DateTimeOffset?>("--deadline") { Description = "Latest start, after which the request ends: a time, or how long from now on. Default: none." }, environment.Time);
        private readonly Option<string?> _note = new("--note") { Description = "What others should know; kept with the request.", HelpName = "TEXT" };
        private readonly Option<string?> _id = new("--id") { Description = "UUID of the request: sending it again does not ask twice. Default: a new one.", HelpName = "UUID" };
        private readonly Senders _senders = new(environment);

        public void AddTo(Command command)
        {
            command.Add(_vm);
            foreach (var option in new Option[] { _host, _anywhere, _duration, _priority, _tenant, _notBefore, _deadline, _note, _id, _senders.Actor })
            {
                command.Add(option);
            }
        }

        public SubmitRequestRequest Read(ParseResult parse)
        {
            var request = new SubmitRequestRequest
            {
                Id = parse.GetValue(_id) ?? "",
                Vm = parse.GetRequiredValue(_vm),
                Host = parse.GetValue(_host) ?? "",
                Anywhere = parse.GetValue(_anywhere),
                Tenant = parse.GetValue(_tenant) ?? "",
                NotBeforeUnixMs = parse.GetValue(_notBefore)?.ToUnixTimeMilliseconds() ?? 0,
                DeadlineUnixMs = parse.GetValue(_deadline)?.ToUnixTimeMilliseconds() ?? 0,
                Actor = _senders.ActorOf(parse),
                Note = parse.GetValue(_note) ?? "",
            };
            if (parse.GetValue(_duration) is { } duration)
            {
                request.EstimateSeconds = duration.TotalSeconds;
            }

            if (parse.GetValue(_priority) is { } priority)
            {
                request.Priority = priority;
            }

            return request;
        }
    }
}
