using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Witness;

/// <summary>Reads what other hosts keep in the heartbeat directories.</summary>
/// <remarks>
/// A host that lives beats each 10 s, and may be held up by its storage for some seconds more. So it is watched for 25 s: that is how long
/// the collector, too, waits for a heartbeat before it believes that there is none. No clocks are compared.
/// </remarks>
internal sealed class KeptDefinitions : IKeptDefinitions
{
    /// <summary>How long a host is watched.</summary>
    public static readonly TimeSpan WatchTime = HeartbeatWriter.Rhythm * 2.5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly (HeartbeatDirectory Beats, DefinitionDirectory Definitions)[] _directories;
    private readonly HeartbeatReader _reader;
    private readonly TimeProvider _time;

    public KeptDefinitions(IReadOnlyList<string> directories, TimeProvider time)
    {
        _directories = [.. directories.Select(path => (new HeartbeatDirectory(path, time), new DefinitionDirectory(path, time)))];
        _reader = new HeartbeatReader([.. _directories.Select(d => d.Beats)]);
        _time = time;
    }

    /// <inheritdoc />
    public async Task<KeptDefinition> FindAsync(HostId from, VmId vm, string digest, CancellationToken cancellationToken)
    {
        var problem = KeptDefinition.No(RefusalReason.UnknownTarget, $"host {from} keeps no definition of VM {vm} in {string.Join(", ", _directories.Select(d => d.Beats.Path))}");
        foreach ((HeartbeatDirectory beats, DefinitionDirectory definitions) in _directories)
        {
            KeptDefinition found = await FindAsync(beats, definitions, (from, vm, digest), cancellationToken);
            if (found.Text is not null)
            {
                return found;
            }

            problem = found.Detail.Length > 0 ? found : problem;
        }

        return problem;
    }

    /// <inheritdoc />
    public async Task<HostPulse> WatchAsync(HostId from, CancellationToken cancellationToken)
    {
        string before = await MarksAsync(from, cancellationToken);
        await Task.Delay(WatchTime, _time, cancellationToken);
        return await LookAsync(from, before, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<HostPulse> LookAsync(HostId from, string marks, CancellationToken cancellationToken)
    {
        string now = await MarksAsync(from, cancellationToken);
        return now.Length == 0 || marks.Length == 0 || now.Split(' ').Length != marks.Split(' ').Length
            ? HostPulse.No(RefusalReason.UnknownState, $"the heartbeat of host {from} cannot be read, so that it is off is not known")
            : now != marks
                ? HostPulse.No(RefusalReason.WrongState, $"the heartbeat of host {from} moves, or is not to be read where it was: somebody may live there")
                : new HostPulse(marks, RefusalReason.None, string.Create(CultureInfo.InvariantCulture, $"the heartbeat of host {from} has stood still for {WatchTime.TotalSeconds:0} s"));
    }

    /// <summary>Beats of all directories; empty when there is none in any.</summary>
    private async Task<string> MarksAsync(HostId from, CancellationToken cancellationToken)
    {
        long[] beats = await _reader.ReadEachAsync(from, Patience, cancellationToken);
        return beats.Any(beat => beat > 0) ? string.Join(' ', beats) : "";
    }

    /// <summary>A definition is of no use where its host shows no sign of life or death.</summary>
    private static async Task<KeptDefinition> FindAsync(
        HeartbeatDirectory beats, DefinitionDirectory definitions, (HostId From, VmId Vm, string Digest) wanted, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? bytes = await definitions.ReadAsync(wanted.From, wanted.Vm, Patience, cancellationToken);
            if (bytes is null)
            {
                return new KeptDefinition(null, RefusalReason.UnknownTarget, "");
            }

            string digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return !digest.Equals(wanted.Digest, StringComparison.OrdinalIgnoreCase)
                ? KeptDefinition.No(RefusalReason.BadParameter, $"the definition in {definitions.Path} is another one: its SHA-256 is {digest}")
                : await beats.ReadAsync(wanted.From, Patience, cancellationToken) > 0
                    ? KeptDefinition.Of(Encoding.UTF8.GetString(bytes))
                    : KeptDefinition.No(RefusalReason.UnknownState, $"host {wanted.From} has no heartbeat in {definitions.Path}, so that it is off is not known");
        }
        catch (Exception e) when (PatientStorage.IsTrouble(e))
        {
            return KeptDefinition.No(RefusalReason.UnknownState, $"what host {wanted.From} keeps in {definitions.Path} cannot be read: {e.Message}");
        }
    }
}
