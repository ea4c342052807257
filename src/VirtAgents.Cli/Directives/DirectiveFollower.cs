using VirtAgents.Cli.Connection;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>Directives as they change, over broken streams. A new stream begins with the present records; those that are no news are left out.</summary>
internal sealed class DirectiveFollower(CollectorClient client, TimeProvider time, Action<string> notice, IEnumerable<DirectiveRecord> known)
{
    private readonly StreamFollower _follower = new(client, time, notice);
    private readonly DirectiveNews _news = new(known);

    /// <summary>Hands on every change until <paramref name="isEnough"/> says so, or cancelled or refused.</summary>
    public Task RunAsync(WatchDirectivesRequest request, Func<DirectiveRecord, bool> isEnough, CancellationToken cancel) => _follower.RunAsync(
        options => client.Directives.WatchDirectives(request, options),
        record => _news.Take(record) && isEnough(record),
        "Trying again; what changes meanwhile follows then. Directives go on without virtctl.",
        cancel);
}
