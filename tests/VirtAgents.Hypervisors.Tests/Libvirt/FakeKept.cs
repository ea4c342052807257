using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;

namespace VirtAgents.Hypervisors.Tests.Libvirt;

/// <summary>A definition and signs of life as the test says.</summary>
internal sealed class FakeKept(HostId from) : IKeptDefinitions
{
    public HostId From => from;

    public string? Text { get; set; }

    /// <summary>A sign of life; one that differs from look to look is a host that lives.</summary>
    public Func<string> Marks { get; set; } = () => "7";

    public Task<KeptDefinition> FindAsync(HostId from, VmId vm, string digest, CancellationToken cancellationToken) =>
        Task.FromResult(Text is { } text && from == From ? KeptDefinition.Of(text) : KeptDefinition.No(RefusalReason.UnknownTarget, "nobody keeps it"));

    public Task<HostPulse> WatchAsync(HostId from, CancellationToken cancellationToken) => LookAsync(from, Marks(), cancellationToken);

    public Task<HostPulse> LookAsync(HostId from, string marks, CancellationToken cancellationToken) => Task.FromResult(
        Marks() == marks ? new HostPulse(marks, RefusalReason.None, "it stands still") : HostPulse.No(RefusalReason.WrongState, "the heartbeat moves"));
}
