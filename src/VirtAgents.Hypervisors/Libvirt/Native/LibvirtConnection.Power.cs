namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Calls that start, stop and pause domains; they need a connection that may act.</summary>
internal sealed unsafe partial class LibvirtConnection
{
    // virDomainShutdownFlagValues, virDomainRebootFlagValues: the power button; an agent inside the guest may be missing.
    private const uint Acpi = 1;
    private const uint StartPaused = 1;

    /// <summary>Opens a connection that may act.</summary>
    /// <exception cref="LibvirtException">The daemon cannot be reached, or does not let this user act.</exception>
    public static LibvirtConnection OpenToAct(string uri, CallCounter calls)
    {
        EventLoop.EnsureRuns();
        calls.Add();
        return Opened(NativeMethods.virConnectOpen(uri), calls, nameof(NativeMethods.virConnectOpen));
    }

    public void Create(DomainHandle domain, bool paused) =>
        Act(NativeMethods.virDomainCreateWithFlags(domain, paused ? StartPaused : 0), nameof(NativeMethods.virDomainCreateWithFlags));

    public void Shutdown(DomainHandle domain) =>
        Act(NativeMethods.virDomainShutdownFlags(domain, Acpi), nameof(NativeMethods.virDomainShutdownFlags));

    public void Destroy(DomainHandle domain) =>
        Act(NativeMethods.virDomainDestroyFlags(domain, 0), nameof(NativeMethods.virDomainDestroyFlags));

    public void Suspend(DomainHandle domain) => Act(NativeMethods.virDomainSuspend(domain), nameof(NativeMethods.virDomainSuspend));

    public void Resume(DomainHandle domain) => Act(NativeMethods.virDomainResume(domain), nameof(NativeMethods.virDomainResume));

    public void Reboot(DomainHandle domain) => Act(NativeMethods.virDomainReboot(domain, Acpi), nameof(NativeMethods.virDomainReboot));

    public void Reset(DomainHandle domain) => Act(NativeMethods.virDomainReset(domain, 0), nameof(NativeMethods.virDomainReset));

    public void ManagedSave(DomainHandle domain) =>
        Act(NativeMethods.virDomainManagedSave(domain, 0), nameof(NativeMethods.virDomainManagedSave));

    public bool HasManagedSave(DomainHandle domain) =>
        Act(NativeMethods.virDomainHasManagedSaveImage(domain, 0), nameof(NativeMethods.virDomainHasManagedSaveImage)) == 1;

    private int Act(int result, string call)
    {
        _calls.Add();
        return Check(result, call);
    }
}
