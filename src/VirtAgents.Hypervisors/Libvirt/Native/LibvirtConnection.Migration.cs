namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Calls that move a domain to another host; they need a connection that may act.</summary>
internal sealed unsafe partial class LibvirtConnection
{
    /// <summary>Moves a domain; returns when it has moved, or has not.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="destination">URI of the target, as this host's daemon sees it.</param>
    /// <param name="values">Further parameters.</param>
    /// <param name="flags">virDomainMigrateFlags.</param>
    public void Migrate(DomainHandle domain, string destination, IReadOnlyList<TypedValue> values, uint flags)
    {
        fixed (byte* parameters = TypedValue.Layout(values))
        {
            _ = Act(
                NativeMethods.virDomainMigrateToURI3(domain, destination, parameters, (uint)values.Count, flags),
                nameof(NativeMethods.virDomainMigrateToURI3));
        }
    }

    public void SetMaxDowntime(DomainHandle domain, long milliseconds) =>
        Act(NativeMethods.virDomainMigrateSetMaxDowntime(domain, (ulong)milliseconds, 0), nameof(NativeMethods.virDomainMigrateSetMaxDowntime));

    public void AbortJob(DomainHandle domain) => Act(NativeMethods.virDomainAbortJob(domain), nameof(NativeMethods.virDomainAbortJob));

    /// <summary>Figures of the job that goes on with a domain; null when there is none.</summary>
    public Dictionary<string, long>? JobOf(DomainHandle domain)
    {
        int type;
        void* parameters;
        int count;
        _ = Act(NativeMethods.virDomainGetJobStats(domain, &type, &parameters, &count, 0), nameof(NativeMethods.virDomainGetJobStats));
        Dictionary<string, long> numbers = new TypedParameters((byte*)parameters, count).Numbers();
        NativeMethods.virTypedParamsFree(parameters, count);
        const int Bounded = 1;
        const int Unbounded = 2;
        return type is Bounded or Unbounded ? numbers : null;
    }
}
