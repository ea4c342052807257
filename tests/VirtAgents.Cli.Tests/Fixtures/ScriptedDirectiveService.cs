using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>A ledger whose directives live as the test says. Streams can be told to break.</summary>
internal sealed class ScriptedDirectiveService : DirectiveService.DirectiveServiceBase
{
    private readonly Lock _lock = new();

    public List<DirectiveRecord> Ledger { get; } = [.. DirectiveData.Ledger()];

    public List<object> Requests { get; } = [];

    public RpcException? Failure { get; set; }

    /// <summary>What happens to the watched directive, one entry for each message after the present record.</summary>
    public Queue<DirectiveRecord> News { get; } = new();

    /// <summary>For each stream in turn: how many messages it sends before it breaks. No entry = it does not.</summary>
    public Queue<int> Breaks { get; } = new();

    /// <summary>Where a directive that is sent stands when the answer comes.</summary>
    public DirectiveStage StageOfSent { get; set; } = DirectiveStage.Proposed;

    public Freeze Switch { get; private set; } = new();

    public override Task<DirectiveRecord> SendDirective(SendDirectiveRequest request, ServerCallContext context)
    {
        Note(request);
        var record = DirectiveData.RecordOf(request, StageOfSent);
        lock (_lock)
        {
            Ledger.Insert(0, record);
        }

        return Task.FromResult(record);
    }

    public override Task<DirectiveRecord> GetDirective(GetDirectiveRequest request, ServerCallContext context)
    {
        Note(request);
        return Task.FromResult(Find(request.Id));
    }

    /// <summary>Two at a time whatever is asked, so that paging is tried.</summary>
    public override Task<ListDirectiveKindsResponse> ListDirectiveKinds(ListDirectiveKindsRequest request, ServerCallContext context) => Task.FromResult(
        new ListDirectiveKindsResponse
        {
            Kinds =
            {
                new DirectiveKindDescription { Name = "start", Support = KindSupport.Supported },
                new DirectiveKindDescription { Name = "migrate", Support = KindSupport.Unsupported, Why = $"{request.Host} is alone" },
            },
        });

    public override Task<ListDirectivesResponse> ListDirectives(ListDirectivesRequest request, ServerCallContext context)
    {
        Note(request.Clone());
        lock (_lock)
        {
            var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
            var found = Ledger.Where(record => (request.State == DirectiveStage.Unspecified || record.State == request.State) && (!request.Open || record.State < DirectiveStage.Done)).ToArray();
            var size = Math.Min(2, request.PageSize);
            var next = start + size < found.Length ? (start + size).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
            return Task.FromResult(new ListDirectivesResponse { Directives = { found.Skip(start).Take(size) }, NextPageToken = next });
        }
    }

    public override async Task WatchDirectives(WatchDirectivesRequest request, IServerStreamWriter<DirectiveRecord> responseStream, ServerCallContext context)
    {
        Note(request);
        var left = Breaks.TryDequeue(out var planned) ? planned : int.MaxValue;
        var present = request.Id.Length > 0 ? [Find(request.Id)] : Ledger.ToArray();
        foreach (var record in present.Take(left))
        {
            await responseStream.WriteAsync(record, context.CancellationToken);
        }

        for (left -= present.Length; left > 0 && News.TryDequeue(out var news); left--)
        {
            var changed = request.Id.Length > 0 ? Replace(Find(request.Id), news) : news;
            await responseStream.WriteAsync(changed, context.CancellationToken);
        }

        if (left <= 0)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream was ended by the script."));
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
    }

    public override Task<DirectiveRecord> CancelDirective(CancelDirectiveRequest request, ServerCallContext context)
    {
        Note(request);
        var record = Find(request.Id);
        return record.State >= DirectiveStage.Done
            ? throw new RpcException(new Status(StatusCode.FailedPrecondition, $"Directive {record.Id} has ended: done."))
            : Task.FromResult(Replace(record, new DirectiveRecord { State = record.State < DirectiveStage.Accepted ? DirectiveStage.Cancelled : record.State, Detail = request.Reason }));
    }

    public override Task<Freeze> GetFreeze(GetFreezeRequest request, ServerCallContext context)
    {
        Note(request);
        return Task.FromResult(Switch);
    }

    public override Task<Freeze> SetFreeze(SetFreezeRequest request, ServerCallContext context)
    {
        Note(request);
        Switch = new Freeze { Frozen = request.Frozen, Reason = request.Reason, Actor = request.Actor, SinceUnixMs = CollectorData.Ago(0) };
        return Task.FromResult(Switch);
    }

    private DirectiveRecord Find(string id)
    {
        lock (_lock)
        {
            return Ledger.Find(record => record.Id == id) ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no directive '{id}'."));
        }
    }

    private DirectiveRecord Replace(DirectiveRecord record, DirectiveRecord news)
    {
        var changed = record.Clone();
        (changed.State, changed.Detail, changed.ProgressPercent, changed.Refusal) = (news.State, news.Detail, news.ProgressPercent, news.Refusal);
        changed.UpdatedUnixMs += 1000;
        lock (_lock)
        {
            Ledger[Ledger.FindIndex(other => other.Id == record.Id)] = changed;
        }

        return changed;
    }

    private void Note(object request)
    {
        lock (_lock)
        {
            Requests.Add(request);
        }

        if (Failure is { } failure)
        {
            throw failure;
        }
    }
}
