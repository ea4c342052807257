using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Three proposals, one of them declined, and what was asked of them.</summary>
internal sealed class ScriptedRemediationService : RemediationService.RemediationServiceBase
{
    public const string FirstId = "0199d2a4-0000-7000-8000-0000000000c1", DeclinedId = "0199d2a4-0000-7000-8000-0000000000c2", LastId = "0199d2a4-0000-7000-8000-0000000000c3";

    private readonly System.Collections.Concurrent.ConcurrentQueue<object> _requests = new();

    private readonly List<ProposalRecord> _proposals = [Of(LastId, "db-1", 30), Of(DeclinedId, "web-2", 60), Of(FirstId, "web-1", 90)];

    public ScriptedRemediationService()
    {
        (_proposals[1].State, _proposals[1].Actor, _proposals[1].EndedUnixMs) = (ProposalState.Declined, "bob", CollectorData.Ago(50));
        _proposals[1].Directive = "set_link";
        _proposals[1].Parameters.Add("state", "down");
        _proposals[1].Parameters.Add("mac", "52:54:00:00:00:01");
    }

    public IReadOnlyList<object> Requests => [.. _requests];

    /// <summary>One at a time whatever is asked, so that paging is tried.</summary>
    public override Task<ListProposalsResponse> ListProposals(ListProposalsRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request.Clone());
        var wanted = _proposals.Where(record => request.State is ProposalState.Unspecified || record.State == request.State).ToArray();
        var start = request.PageToken.Length == 0 ? 0 : int.Parse(request.PageToken, System.Globalization.CultureInfo.InvariantCulture);
        var next = start + 1 < wanted.Length ? (start + 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        return Task.FromResult(new ListProposalsResponse { Proposals = { wanted.Skip(start).Take(1) }, NextPageToken = next });
    }

    public override Task<ProposalRecord> ApproveProposal(ApproveProposalRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return Task.FromResult(Decided(request.Id, ProposalState.Approved, request.Actor, request.Note));
    }

    public override Task<ProposalRecord> DeclineProposal(DeclineProposalRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return Task.FromResult(Decided(request.Id, ProposalState.Declined, request.Actor, request.Note));
    }

    public override Task<ListThrottlesResponse> ListThrottles(ListThrottlesRequest request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        var throttle = new Throttle
        {
            Id = FirstId, State = request.Ended ? ThrottleState.Ended : ThrottleState.InForce, Rule = "calm", Resource = "cpu", Vm = "web-1", Host = "host-01", Amount = 40, Used = 80.25,
            SetUnixMs = CollectorData.Ago(90), Reason = "it used 80", Outcome = request.Ended ? "somebody has set 60" : "", Finding = FindingKind.VmNoisyNeighbour,
        };
        return Task.FromResult(new ListThrottlesResponse { Throttles = { throttle } });
    }

    private ProposalRecord Decided(string id, ProposalState state, string actor, string note)
    {
        var record = _proposals.Find(one => one.Id == id)!;
        if (record.State != ProposalState.Open)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, $"proposal {id} is declined already"));
        }

        (record.State, record.Actor, record.Note, record.EndedUnixMs) = (state, actor, note, CollectorData.Ago(0));
        record.DirectiveId = state == ProposalState.Approved ? CollectorData.WebId : "";
        return record;
    }

    private static ProposalRecord Of(string id, string vm, double ago) => new()
    {
        Id = id, State = ProposalState.Open, Rule = "restart", Directive = "start", Vm = vm, Host = "host-01", Finding = FindingKind.VmCrashed,
        Why = $"rule 'restart', try 1 of 3; VM {vm} crashed: signal 9", ProposedUnixMs = CollectorData.Ago(ago), ExpiresUnixMs = CollectorData.Ago(ago - 3_600),
    };
}
