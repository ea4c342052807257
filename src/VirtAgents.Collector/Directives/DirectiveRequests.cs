using System.Collections.Immutable;
using Grpc.Core;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using DirectiveCatalogue = VirtAgents.Core.Directives.DirectiveCatalogue;
using DirectiveDefinition = VirtAgents.Core.Directives.DirectiveDefinition;

namespace VirtAgents.Collector.Directives;

/// <summary>Answers requests about single directives: send, get, cancel, list.</summary>
internal sealed class DirectiveRequests(
    DirectiveLedger ledger, DirectiveReader reader, DirectiveLinks links, DirectiveWatch watch, IFleetReader fleet, TimeProvider time)
{
    public async Task<DirectiveRecord> SendAsync(SendDirectiveRequest request, CancellationToken cancellationToken)
    {
        TimeSpan wait = DirectiveFields.Wait(request.WaitMs);
        Guid id = request.Id.Length > 0 ? DirectiveFields.Id(request.Id) : Guid.CreateVersion7(time.GetUtcNow());

        // A known id needs no check: its VM may have gone since it was recorded.
        DirectiveRow row = await reader.FindAsync(id, cancellationToken) ?? await RecordAsync(request, id, cancellationToken);
        return wait > TimeSpan.Zero && row.IsOpen ? await watch.EndOfAsync(id, wait, cancellationToken) : DirectiveMessages.ToMessage(row);
    }

    public async Task<DirectiveRecord> GetAsync(string id, CancellationToken cancellationToken) =>
        DirectiveMessages.ToMessage(await reader.FindAsync(DirectiveFields.Id(id), cancellationToken) ?? throw NoSuch(id));

    public async Task<DirectiveRecord> CancelAsync(CancelDirectiveRequest request, CancellationToken cancellationToken)
    {
        Guid id = DirectiveFields.Id(request.Id);
        string reason = DirectiveFields.Text("reason", request.Reason), actor = DirectiveFields.Actor(request.Actor);
        (DirectiveRow row, bool wasOpen) = await ledger.CancelAsync(id, reason, actor, cancellationToken) ?? throw NoSuch(request.Id);
        if (!wasOpen)
        {
            throw new QueryRefusedException(StatusCode.FailedPrecondition, $"id: directive {id} has ended already, as {row.State.ToString().ToLowerInvariant()}");
        }

        links.Wake(new HostId(row.HostId));
        return DirectiveMessages.ToMessage(row);
    }

    public async Task<ListDirectivesResponse> ListAsync(ListDirectivesRequest request, CancellationToken cancellationToken)
    {
        int pageSize = DirectiveFields.PageSize(request.PageSize);
        DirectiveSelection selection = (await SelectAsync("", request.Host, request.Vm, cancellationToken)) with
        {
            Kind = request.Kind.Length > 0 ? DirectiveFields.Kind(request.Kind).Kind : null,
            State = DirectiveFields.State(request.State),
            OpenOnly = request.Open,
        };
        ulong filters = PageToken.MarkOf([request.Host, request.Vm, request.Kind, $"{(int)request.State}", $"{request.Open}"]);
        Guid? before = request.PageToken.Length > 0 ? PageToken.Parse(request.PageToken, filters).Id : null;
        IReadOnlyList<DirectiveRow> rows = await reader.ListAsync(selection, before, pageSize + 1, withSteps: false, cancellationToken);
        return new ListDirectivesResponse
        {
            Directives = { rows.Take(pageSize).Select(DirectiveMessages.ToMessage) },
            NextPageToken = rows.Count > pageSize ? new PageToken(filters, rows[pageSize - 1].Id, "").ToString() : "",
        };
    }

    /// <summary>Reads the filters that listing and watching share; hosts and VMs that only history knows go by UUID.</summary>
    public async Task<DirectiveSelection> SelectAsync(string id, string host, string vm, CancellationToken cancellationToken)
    {
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        return new(
            id.Length > 0 ? DirectiveFields.Id(id) : null,
            host.Length > 0 ? directory.HostIdOf(host, "host") : null,
            vm.Length > 0 ? directory.VmIdOf(vm, "vm") : null);
    }

    /// <summary>Kinds in general, or as a host can do them.</summary>
    public async Task<ListDirectiveKindsResponse> KindsAsync(string host, CancellationToken cancellationToken)
    {
        ListDirectiveKindsResponse all = new() { Kinds = { DirectiveCatalogue.All.Select(DirectiveMessages.ToMessage) } };
        if (host.Length > 0)
        {
            HostView view = (await FleetDirectory.ReadAsync(fleet, cancellationToken)).Host(host, "host");
            foreach (DirectiveKindDescription kind in all.Kinds)
            {
                (kind.Support, kind.Why) = DirectiveMessages.SupportOf(view.Acting, kind.Name);
            }
        }

        return all;
    }

    public static QueryRefusedException NoSuch(string id) => QueryRefusedException.NotFound($"id: there is no directive {id}; GET /v1/directives lists them");

    private async Task<DirectiveRow> RecordAsync(SendDirectiveRequest request, Guid id, CancellationToken cancellationToken)
    {
        DirectiveDefinition kind = DirectiveFields.Kind(request.Kind);
        FleetDirectory directory = await FleetDirectory.ReadAsync(fleet, cancellationToken);
        ImmutableSortedDictionary<string, string> parameters = DirectiveFields.Parameters(kind, request.Parameters);
        DirectiveTargetChoice target = kind.BringsVm
            ? ForeignTargets.Choose(directory, kind, request.Vm, request.Host, parameters[DirectiveCatalogue.FromHost])
            : DirectiveTargets.Choose(directory, kind, request.Vm, request.Host);
        DirectiveDraft draft = new(
            id, kind, target, parameters,
            DirectiveFields.Text("reason", request.Reason), DirectiveFields.Actor(request.Actor),
            DirectiveFields.Text("predicted_effect", request.PredictedEffect), DirectiveFields.Deadline(request.DeadlineMs), request.DryRun);
        Recording recording = await ledger.RecordAsync(draft, cancellationToken);
        links.Wake(draft.Target.Host.Id);
        return recording.Result switch
        {
            RecordingResult.Frozen => throw new QueryRefusedException(
                StatusCode.FailedPrecondition, $"acting is frozen by {recording.Freeze!.Actor}: {recording.Freeze.Reason}; only dry runs are sent"),
            RecordingResult.TooMany => throw QueryRefusedException.TooMuch(
                $"host {draft.Target.Host.Name} has {DirectiveLedger.MostOpen} directives that have not ended; wait for some, or cancel them"),
            _ => recording.Row!,
        };
    }
}
