namespace VirtAgents.Hypervisors.Libvirt.Native;

/// <summary>Calls that change what a domain may use; all but <see cref="InfoOf(DomainHandle)"/> need a connection that may act.</summary>
internal sealed unsafe partial class LibvirtConnection
{
    /// <summary>VIR_DOMAIN_AFFECT_LIVE: this run of the domain.</summary>
    public const uint Live = 1;

    /// <summary>VIR_DOMAIN_AFFECT_CONFIG: the definition that its next start uses.</summary>
    public const uint Config = 2;

    // virDomainGetVcpusFlags
    private const uint MaximumVcpus = 4;
    private const uint InactiveXml = 2;

    // The protocol takes no larger arrays (remote_protocol.x).
    private const int MostParameters = 16;
    private const int MostDiskParameters = 32;

    private delegate int ReadParameters(void* parameters, int* count);

    public VirDomainInfo InfoOf(DomainHandle domain)
    {
        VirDomainInfo info;
        _ = Act(NativeMethods.virDomainGetInfo(domain, &info), nameof(NativeMethods.virDomainGetInfo));
        return info;
    }

    /// <summary>
    /// Makes the domain's monitor answer, whatever devices it has; blocks for as long as it does not. Disks are not asked for:
    /// dead storage says nothing of the domain.
    /// </summary>
    public void AskMonitor(DomainHandle domain)
    {
        const uint Balloon = 4;
        const uint IoThreads = 128;
        bool isHeld = false;
        try
        {
            domain.DangerousAddRef(ref isHeld);
            nint* list = stackalloc nint[] { domain.DangerousGetHandle(), 0 };
            VirDomainStatsRecord** records;
            int count = Act(NativeMethods.virDomainListGetStats(list, Balloon | IoThreads, &records, 0), nameof(NativeMethods.virDomainListGetStats));
            new DomainStatsRecords(records, count).Dispose();
        }
        finally
        {
            if (isHeld)
            {
                domain.DangerousRelease();
            }
        }
    }

    /// <summary>Definition that the next start of a persistent domain uses.</summary>
    public string InactiveXmlOf(DomainHandle domain)
    {
        _calls.Add();
        nint xml = NativeMethods.virDomainGetXMLDesc(domain, InactiveXml);
        return xml != 0 ? Utf8.Take(xml) : throw LibvirtException.Last(nameof(NativeMethods.virDomainGetXMLDesc));
    }

    public void SetMemory(DomainHandle domain, long kibibytes) =>
        Act(NativeMethods.virDomainSetMemoryFlags(domain, (nuint)kibibytes, Live), nameof(NativeMethods.virDomainSetMemoryFlags));

    public void SetVcpus(DomainHandle domain, int count) =>
        Act(NativeMethods.virDomainSetVcpusFlags(domain, (uint)count, Live), nameof(NativeMethods.virDomainSetVcpusFlags));

    public (int Now, int Most) VcpusOf(DomainHandle domain) => (
        Act(NativeMethods.virDomainGetVcpusFlags(domain, Live), nameof(NativeMethods.virDomainGetVcpusFlags)),
        Act(NativeMethods.virDomainGetVcpusFlags(domain, Live | MaximumVcpus), nameof(NativeMethods.virDomainGetVcpusFlags)));

    /// <summary>pCPUs of the host, those that are offline too.</summary>
    public int CpuCount() => Act(NativeMethods.virNodeGetCPUMap(_handle, null, null, 0), nameof(NativeMethods.virNodeGetCPUMap));

    public void Pin(DomainHandle domain, int vcpu, CpuSet cpus)
    {
        fixed (byte* map = cpus.Map)
        {
            _ = Act(
                NativeMethods.virDomainPinVcpuFlags(domain, (uint)vcpu, map, cpus.Map.Length, Live), nameof(NativeMethods.virDomainPinVcpuFlags));
        }
    }

    /// <summary>pCPUs a vCPU may run on; <paramref name="cpuCount"/> is that of the host.</summary>
    public CpuSet PinOf(DomainHandle domain, int vcpu, int cpuCount)
    {
        int length = CpuSet.LengthFor(cpuCount);
        byte[] maps = new byte[(vcpu + 1) * length];
        fixed (byte* first = maps)
        {
            int filled = Act(
                NativeMethods.virDomainGetVcpuPinInfo(domain, vcpu + 1, first, length, Live), nameof(NativeMethods.virDomainGetVcpuPinInfo));
            return new CpuSet(filled > vcpu ? maps[(vcpu * length)..] : new byte[length]);
        }
    }

    public void SetScheduler(DomainHandle domain, IReadOnlyList<TypedValue> values)
    {
        fixed (byte* parameters = TypedValue.Layout(values))
        {
            _ = Act(
                NativeMethods.virDomainSetSchedulerParametersFlags(domain, parameters, values.Count, Live),
                nameof(NativeMethods.virDomainSetSchedulerParametersFlags));
        }
    }

    public Dictionary<string, long> SchedulerOf(DomainHandle domain) => Read(
        (parameters, count) => NativeMethods.virDomainGetSchedulerParametersFlags(domain, parameters, count, Live),
        nameof(NativeMethods.virDomainGetSchedulerParametersFlags));

    public void SetDiskLimits(DomainHandle domain, string disk, IReadOnlyList<TypedValue> values)
    {
        fixed (byte* parameters = TypedValue.Layout(values))
        {
            _ = Act(
                NativeMethods.virDomainSetBlockIoTune(domain, disk, parameters, values.Count, Live), nameof(NativeMethods.virDomainSetBlockIoTune));
        }
    }

    public Dictionary<string, long> DiskLimitsOf(DomainHandle domain, string disk) => Read(
        (parameters, count) => NativeMethods.virDomainGetBlockIoTune(domain, disk, parameters, count, Live),
        nameof(NativeMethods.virDomainGetBlockIoTune),
        MostDiskParameters);

    public void SetInterfaceLimits(DomainHandle domain, string device, IReadOnlyList<TypedValue> values)
    {
        fixed (byte* parameters = TypedValue.Layout(values))
        {
            _ = Act(
                NativeMethods.virDomainSetInterfaceParameters(domain, device, parameters, values.Count, Live),
                nameof(NativeMethods.virDomainSetInterfaceParameters));
        }
    }

    public Dictionary<string, long> InterfaceLimitsOf(DomainHandle domain, string device) => Read(
        (parameters, count) => NativeMethods.virDomainGetInterfaceParameters(domain, device, parameters, count, Live),
        nameof(NativeMethods.virDomainGetInterfaceParameters));

    public void UpdateDevice(DomainHandle domain, string xml, uint flags) =>
        Act(NativeMethods.virDomainUpdateDeviceFlags(domain, xml, flags), nameof(NativeMethods.virDomainUpdateDeviceFlags));

    public void AttachDevice(DomainHandle domain, string xml, uint flags) =>
        Act(NativeMethods.virDomainAttachDeviceFlags(domain, xml, flags), nameof(NativeMethods.virDomainAttachDeviceFlags));

    public void DetachDevice(DomainHandle domain, string xml, uint flags) =>
        Act(NativeMethods.virDomainDetachDeviceFlags(domain, xml, flags), nameof(NativeMethods.virDomainDetachDeviceFlags));

    private Dictionary<string, long> Read(ReadParameters read, string call, int most = MostParameters)
    {
        byte* parameters = stackalloc byte[most * TypedParameter.Size];
        int count = most;
        _ = Act(read(parameters, &count), call);
        Dictionary<string, long> numbers = new TypedParameters(parameters, count).Numbers();
        NativeMethods.virTypedParamsClear(parameters, count); // texts among them are ours
        return numbers;
    }
}
