using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>Sends directives in turn and tells how they end.</summary>
internal sealed class DirectiveSender(CommandContext context, SendSettings settings)
{
    private readonly DirectiveOutput _output = new(context);

    /// <summary>Several are done one after the other, each only after the one before is done: a host works on a VM one at a time.</summary>
    public async Task<ExitCode> RunAsync(IReadOnlyList<DirectiveDraft> drafts, CancellationToken cancel)
    {
        Check(drafts);
        var asks = drafts.Any(draft => draft.Definition.IsDestructive) && !settings.DryRun && !settings.Yes;
        var confirmed = asks ? await new Confirmation(context).AskAsync(drafts, cancel) : drafts;
        for (var i = 0; i < confirmed.Count; i++)
        {
            var isLast = i == confirmed.Count - 1;
            var code = await SendAsync(confirmed[i], settings.Wait ?? (isLast ? null : SendOptions.LongestWait), cancel);
            if (code != ExitCode.Success && !isLast)
            {
                context.Notice($"{confirmed[i + 1].Definition.Name} was not sent.");
            }

            if (code != ExitCode.Success || isLast)
            {
                return code;
            }
        }

        return ExitCode.Success;
    }

    private void Check(IReadOnlyList<DirectiveDraft> drafts)
    {
        if (drafts.SelectMany(draft => draft.Problems()).ToArray() is { Length: > 0 } problems)
        {
            throw new CliFailureException(ExitCode.Usage, SafeText.Line(string.Join(' ', problems)));
        }

        if (drafts.Count > 1 && settings.Id is not null)
        {
            throw new CliFailureException(ExitCode.Usage, "--id names one directive, and this sends several; leave it out, or send them one by one.");
        }
    }

    private async Task<ExitCode> SendAsync(DirectiveDraft draft, TimeSpan? wait, CancellationToken cancel)
    {
        var request = RequestOf(draft);
        var record = await RecordAsync(request, cancel);
        if (wait is { } longest && !Stages.IsEnded(record.State))
        {
            return await FollowAsync(record, longest, cancel);
        }

        _output.Write(record);
        if (!Stages.IsEnded(record.State))
        {
            context.Notice($"see how it ends with: virtctl directive watch {SafeText.Line(record.Id)}");
        }

        return Stages.ExitCodeOf(record.State);
    }

    private SendDirectiveRequest RequestOf(DirectiveDraft draft)
    {
        var request = new SendDirectiveRequest
        {
            Id = (settings.Id ?? Guid.CreateVersion7(context.Now)).ToString(),
            Kind = draft.Definition.Name,
            Vm = draft.Vm,
            Host = draft.Host,
            Reason = settings.Reason,
            Actor = settings.Actor,
            DeadlineMs = (long)(settings.Deadline?.TotalMilliseconds ?? 0),
            DryRun = settings.DryRun,
        };
        foreach (var (name, text) in draft.Parameters)
        {
            request.Parameters[name] = text;
        }

        return request;
    }

    private async Task<DirectiveRecord> RecordAsync(SendDirectiveRequest request, CancellationToken cancel)
    {
        try
        {
            return await context.Client.CallAsync(options => context.Client.Directives.SendDirectiveAsync(request, options), cancel);
        }
        catch (CliFailureException e) when (e.Code is ExitCode.Timeout or ExitCode.Unreachable or ExitCode.Failure)
        {
            throw new CliFailureException(e.Code, $"{e.Message} It may have been recorded all the same: send it again with --id {request.Id}, and it is not done twice.", e);
        }
    }

    private async Task<ExitCode> FollowAsync(DirectiveRecord record, TimeSpan longest, CancellationToken cancel)
    {
        var last = record;
        using var limit = new CancellationTokenSource(longest, context.Environment.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var follower = new DirectiveFollower(context.Client, context.Environment.Time, context.Notice, []);
        try
        {
            await follower.RunAsync(new WatchDirectivesRequest { Id = record.Id }, Take, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            context.Notice($"it has not ended after {Durations.Exact(longest)} and goes on; see how it ends with: virtctl directive watch {SafeText.Line(record.Id)}");
        }

        // People saw each step; programs get the last one.
        if (context.Format != OutputFormat.Table)
        {
            _output.Write(last);
        }

        return Stages.IsEnded(last.State) ? Stages.ExitCodeOf(last.State) : ExitCode.StillOpen;

        bool Take(DirectiveRecord news)
        {
            last = news;
            if (context.Format == OutputFormat.Table)
            {
                _output.Write(news);
            }

            return Stages.IsEnded(news.State);
        }
    }
}
