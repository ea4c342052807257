namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Calls about definitions of domains, and about the networks that they name.</summary>
internal sealed unsafe partial class LibvirtConnection
{
    // virDomainUndefineFlagsValues: the variables of a firmware stay where they are, as disks do.
    private const uint KeepNvram = 8;

    /// <summary>Whether the daemon starts the domain when the host boots.</summary>
    public bool HasAutostart(DomainHandle domain)
    {
        int autostart;
        _ = Act(NativeMethods.virDomainGetAutostart(domain, &autostart), nameof(NativeMethods.virDomainGetAutostart));
        return autostart != 0;
    }

    /// <summary>How many snapshots of the domain the daemon knows.</summary>
    public int SnapshotCount(DomainHandle domain) => Act(NativeMethods.virDomainSnapshotNum(domain, 0), nameof(NativeMethods.virDomainSnapshotNum));

    /// <summary>Takes over a definition; needs a connection that may act.</summary>
    public DomainHandle Define(string xml)
    {
        _calls.Add();
        DomainHandle domain = NativeMethods.virDomainDefineXMLFlags(_handle, xml, 0);
        if (domain.IsInvalid)
        {
            domain.Dispose();
            throw LibvirtException.Last(nameof(NativeMethods.virDomainDefineXMLFlags));
        }

        return domain;
    }

    /// <summary>Forgets the definition of a domain; needs a connection that may act.</summary>
    public void Undefine(DomainHandle domain) =>
        Act(NativeMethods.virDomainUndefineFlags(domain, KeepNvram), nameof(NativeMethods.virDomainUndefineFlags));

    /// <summary>Whether a virtual network works; null when there is none of that name.</summary>
    public bool? IsNetworkActive(string name)
    {
        _calls.Add();
        nint network = NativeMethods.virNetworkLookupByName(_handle, name);
        if (network == 0)
        {
            var failure = LibvirtException.Last(nameof(NativeMethods.virNetworkLookupByName));
            return failure.Code == LibvirtException.NoNetwork ? null : throw failure;
        }

        try
        {
            return Act(NativeMethods.virNetworkIsActive(network), nameof(NativeMethods.virNetworkIsActive)) == 1;
        }
        finally
        {
            _ = NativeMethods.virNetworkFree(network);
        }
    }
}
