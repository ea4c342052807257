using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Witness;

/// <summary>
/// Keeps the definitions of this host's VMs in one shared directory, so that they can be started elsewhere when the host has
/// ended. What is not known now, such as all VMs while the hypervisor is away, stays as it is.
/// </summary>
internal sealed partial class DefinitionKeeper(DefinitionDirectory directory, HostId host, IDefinitionSource source, TimeProvider time, ILogger logger)
{
    /// <summary>How often it is looked for changes.</summary>
    public static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HashSet<(VmId Vm, string WhyNot)> _told = [];
    private HashSet<VmId>? _files;
    private ImmutableDictionary<VmId, string> _kept = ImmutableDictionary<VmId, string>.Empty;
    private long _changes;
    private bool _failed;

    /// <summary>Digests of the definitions that are known to be kept.</summary>
    public ImmutableDictionary<VmId, string> Kept => Volatile.Read(ref _kept);

    /// <summary>How often that has changed.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>VMs whose definition is not kept, by the newest look.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Keeps them until cancelled. Whatever the storage does, nothing but this suffers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Rhythm, time);
        do
        {
            await KeepAsync(stop);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task KeepAsync(CancellationToken stop)
    {
        if (source.Definitions is not { } definitions)
        {
            return;
        }

        TellLeftOut(definitions);
        try
        {
            await FollowAsync([.. definitions.Where(d => d.WhyNot.Length == 0)], stop);
            if (_failed)
            {
                LogKeptAgain(directory.Path);
            }

            _failed = false;
        }
        catch (Exception e) when (PatientStorage.IsTrouble(e))
        {
            if (!_failed)
            {
                LogNotKept(directory.Path, e.Message);
            }

            _failed = true;
        }
    }

    /// <summary>One file after the other: a touch that hangs ends the round, and the next begins where it was.</summary>
    private async Task FollowAsync(VmDefinition[] wanted, CancellationToken stop)
    {
        _files ??= [.. await directory.ListAsync(host, Patience, stop)];
        foreach (VmId gone in _files.Except(wanted.Select(d => d.Id)).ToArray())
        {
            Set(_kept.Remove(gone));
            await directory.DeleteAsync(host, gone, Patience, stop);
            _files.Remove(gone);
        }

        foreach (VmDefinition definition in wanted)
        {
            string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(definition.Text)));
            if (_kept.GetValueOrDefault(definition.Id) != digest)
            {
                // While it is replaced nobody can tell which of the two is there.
                Set(_kept.Remove(definition.Id));
                _files.Add(definition.Id);
                await directory.WriteAsync(host, definition.Id, definition.Text, Patience, stop);
                Set(_kept.SetItem(definition.Id, digest));
            }
        }
    }

    private void Set(ImmutableDictionary<VmId, string> kept)
    {
        if (kept != _kept)
        {
            Volatile.Write(ref _kept, kept);
            Interlocked.Increment(ref _changes);
        }
    }

    private void TellLeftOut(ImmutableArray<VmDefinition> definitions)
    {
        VmDefinition[] leftOut = [.. definitions.Where(d => d.WhyNot.Length > 0)];
        LeftOut = leftOut.Length;
        foreach (VmDefinition definition in leftOut.Where(d => _told.Add((d.Id, d.WhyNot))))
        {
            LogLeftOut(definition.Name, definition.Id, directory.Path, definition.WhyNot, LeftOut);
        }

        _told.IntersectWith(leftOut.Select(d => (d.Id, d.WhyNot)));
    }

    [LoggerMessage(1436, LogLevel.Error, "Definitions of VMs cannot be kept in {Directory}, it is tried again: {Problem}")]
    private partial void LogNotKept(string directory, string problem);

    [LoggerMessage(1437, LogLevel.Information, "Definitions of VMs are kept in {Directory} again.")]
    private partial void LogKeptAgain(string directory);

    [LoggerMessage(1438, LogLevel.Warning, "The definition of {Name} ({VmId}) is not kept in {Directory}, so it cannot be started elsewhere when this host is lost: {WhyNot}; {Count} are left out.")]
    private partial void LogLeftOut(string name, VmId vmId, string directory, string whyNot, int count);
}
