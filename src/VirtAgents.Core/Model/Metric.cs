namespace VirtAgents.Core.Model;

/// <summary>The numbers of all metrics; they never change. MetricCatalogue tells what each is.</summary>
public static class Metric
{
    /// <summary>CPU time of user space, all pCPUs together.</summary>
    public static readonly MetricId HostCpuUser = new(1);

    /// <summary>CPU time of the kernel, all pCPUs together.</summary>
    public static readonly MetricId HostCpuSystem = new(2);

    /// <summary>Idle CPU time, all pCPUs together.</summary>
    public static readonly MetricId HostCpuIdle = new(3);

    /// <summary>CPU time idle with disk requests open, all pCPUs together.</summary>
    public static readonly MetricId HostCpuIoWait = new(4);

    /// <summary>CPU time taken by a hypervisor below this host.</summary>
    public static readonly MetricId HostCpuSteal = new(5);

    /// <summary>Load average over one minute.</summary>
    public static readonly MetricId HostLoad1 = new(6);

    /// <summary>Physical memory.</summary>
    public static readonly MetricId HostMemoryTotal = new(7);

    /// <summary>Memory that can be had without swapping.</summary>
    public static readonly MetricId HostMemoryAvailable = new(8);

    /// <summary>Swap space.</summary>
    public static readonly MetricId HostSwapTotal = new(9);

    /// <summary>Free swap space.</summary>
    public static readonly MetricId HostSwapFree = new(10);

    /// <summary>Time some task waited for a CPU.</summary>
    public static readonly MetricId HostPsiCpuSome = new(11);

    /// <summary>Time some task waited for memory.</summary>
    public static readonly MetricId HostPsiMemorySome = new(12);

    /// <summary>Time all tasks waited for memory.</summary>
    public static readonly MetricId HostPsiMemoryFull = new(13);

    /// <summary>Time some task waited for a disk.</summary>
    public static readonly MetricId HostPsiIoSome = new(14);

    /// <summary>Time all tasks waited for a disk.</summary>
    public static readonly MetricId HostPsiIoFull = new(15);

    /// <summary>Time since the kernel started.</summary>
    public static readonly MetricId HostUptime = new(16);

    /// <summary>CPU time of the whole hypervisor process.</summary>
    public static readonly MetricId VmCpuTime = new(100);

    /// <summary>Time its vCPU threads were ready but waited for a pCPU (steal).</summary>
    public static readonly MetricId VmCpuDelay = new(101);

    /// <summary>Host memory its process holds.</summary>
    public static readonly MetricId VmMemoryRss = new(102);

    /// <summary>Host memory charged to its cgroup.</summary>
    public static readonly MetricId VmMemoryCgroup = new(103);

    /// <summary>Time its quota held it back.</summary>
    public static readonly MetricId VmCpuThrottled = new(104);

    /// <summary>Observed state, a number of VmState.</summary>
    public static readonly MetricId VmStateCode = new(120);

    /// <summary>Why, a number of VmStateReason.</summary>
    public static readonly MetricId VmStateReasonCode = new(121);

    /// <summary>Since when its monitor does not answer; null while it does.</summary>
    public static readonly MetricId VmStuckSince = new(122);

    /// <summary>vCPUs it has now.</summary>
    public static readonly MetricId VmVcpuCount = new(123);

    /// <summary>User part of its CPU time.</summary>
    public static readonly MetricId VmCpuUser = new(124);

    /// <summary>Kernel part of its CPU time.</summary>
    public static readonly MetricId VmCpuSystem = new(125);

    /// <summary>CPU time of its vCPUs alone.</summary>
    public static readonly MetricId VmVcpuTime = new(126);

    /// <summary>Time its vCPUs waited for I/O in the host.</summary>
    public static readonly MetricId VmVcpuWait = new(127);

    /// <summary>Time its vCPUs were ready but waited for a pCPU, as libvirt says.</summary>
    public static readonly MetricId VmVcpuDelay = new(128);

    /// <summary>Memory granted now.</summary>
    public static readonly MetricId VmBalloonCurrent = new(129);

    /// <summary>Memory it may be granted.</summary>
    public static readonly MetricId VmBalloonMaximum = new(130);

    /// <summary>Memory its operating system sees; null without balloon statistics.</summary>
    public static readonly MetricId VmMemoryAvailable = new(131);

    /// <summary>Memory its operating system does not use at all.</summary>
    public static readonly MetricId VmMemoryUnused = new(132);

    /// <summary>Memory its operating system could give without swapping.</summary>
    public static readonly MetricId VmMemoryUsable = new(133);

    /// <summary>Memory its operating system uses as disk cache.</summary>
    public static readonly MetricId VmMemoryCaches = new(134);

    /// <summary>Memory read back from its swap.</summary>
    public static readonly MetricId VmSwapIn = new(135);

    /// <summary>Memory written to its swap.</summary>
    public static readonly MetricId VmSwapOut = new(136);

    /// <summary>Page faults that needed a disk.</summary>
    public static readonly MetricId VmMajorFaults = new(137);

    /// <summary>When the guest last told its memory figures; they are stale when this stands still.</summary>
    public static readonly MetricId VmBalloonUpdated = new(138);

    /// <summary>pCPUs of the host it is on; told with the VM, so that its share of the host can be computed wherever it was.</summary>
    public static readonly MetricId VmHostCpus = new(139);

    /// <summary>Bytes read.</summary>
    public static readonly MetricId DiskReadBytes = new(200);

    /// <summary>Read requests.</summary>
    public static readonly MetricId DiskReads = new(201);

    /// <summary>Time spent in read requests.</summary>
    public static readonly MetricId DiskReadTime = new(202);

    /// <summary>Bytes written.</summary>
    public static readonly MetricId DiskWriteBytes = new(203);

    /// <summary>Write requests.</summary>
    public static readonly MetricId DiskWrites = new(204);

    /// <summary>Time spent in write requests.</summary>
    public static readonly MetricId DiskWriteTime = new(205);

    /// <summary>Flush requests.</summary>
    public static readonly MetricId DiskFlushes = new(206);

    /// <summary>Time spent in flush requests.</summary>
    public static readonly MetricId DiskFlushTime = new(207);

    /// <summary>Failed requests; null where the hypervisor does not count them.</summary>
    public static readonly MetricId DiskErrors = new(208);

    /// <summary>Size the VM sees.</summary>
    public static readonly MetricId DiskCapacity = new(209);

    /// <summary>Highest offset written.</summary>
    public static readonly MetricId DiskAllocation = new(210);

    /// <summary>Size of the image on the host.</summary>
    public static readonly MetricId DiskPhysical = new(211);

    /// <summary>Bytes the VM received.</summary>
    public static readonly MetricId NetReceiveBytes = new(300);

    /// <summary>Packets the VM received.</summary>
    public static readonly MetricId NetReceivePackets = new(301);

    /// <summary>Packets to the VM that failed.</summary>
    public static readonly MetricId NetReceiveErrors = new(302);

    /// <summary>Packets to the VM that were dropped.</summary>
    public static readonly MetricId NetReceiveDrops = new(303);

    /// <summary>Bytes the VM sent.</summary>
    public static readonly MetricId NetTransmitBytes = new(304);

    /// <summary>Packets the VM sent.</summary>
    public static readonly MetricId NetTransmitPackets = new(305);

    /// <summary>Packets from the VM that failed.</summary>
    public static readonly MetricId NetTransmitErrors = new(306);

    /// <summary>Packets from the VM that were dropped.</summary>
    public static readonly MetricId NetTransmitDrops = new(307);

    /// <summary>1 when it works, 0 when it is known to have failed; null when unknown.</summary>
    public static readonly MetricId PoolActive = new(400);

    /// <summary>Size.</summary>
    public static readonly MetricId PoolCapacity = new(401);

    /// <summary>Space in use.</summary>
    public static readonly MetricId PoolAllocation = new(402);

    /// <summary>Space left.</summary>
    public static readonly MetricId PoolAvailable = new(403);

    /// <summary>Volumes in it.</summary>
    public static readonly MetricId PoolVolumes = new(404);

    /// <summary>Time the last refresh took.</summary>
    public static readonly MetricId PoolRefreshTime = new(405);

    /// <summary>Volumes beyond the number that is listed, of which only this is known.</summary>
    public static readonly MetricId PoolVolumesLeftOut = new(406);

    /// <summary>Bytes read.</summary>
    public static readonly MetricId HostDiskReadBytes = new(500);

    /// <summary>Read requests.</summary>
    public static readonly MetricId HostDiskReads = new(501);

    /// <summary>Time spent in read requests.</summary>
    public static readonly MetricId HostDiskReadTime = new(502);

    /// <summary>Bytes written.</summary>
    public static readonly MetricId HostDiskWriteBytes = new(503);

    /// <summary>Write requests.</summary>
    public static readonly MetricId HostDiskWrites = new(504);

    /// <summary>Time spent in write requests.</summary>
    public static readonly MetricId HostDiskWriteTime = new(505);

    /// <summary>Time with at least one request open.</summary>
    public static readonly MetricId HostDiskBusyTime = new(506);

    /// <summary>Bytes received.</summary>
    public static readonly MetricId HostNetReceiveBytes = new(600);

    /// <summary>Packets received.</summary>
    public static readonly MetricId HostNetReceivePackets = new(601);

    /// <summary>Receive errors.</summary>
    public static readonly MetricId HostNetReceiveErrors = new(602);

    /// <summary>Received packets dropped.</summary>
    public static readonly MetricId HostNetReceiveDrops = new(603);

    /// <summary>Bytes sent.</summary>
    public static readonly MetricId HostNetTransmitBytes = new(604);

    /// <summary>Packets sent.</summary>
    public static readonly MetricId HostNetTransmitPackets = new(605);

    /// <summary>Transmit errors.</summary>
    public static readonly MetricId HostNetTransmitErrors = new(606);

    /// <summary>Sent packets dropped.</summary>
    public static readonly MetricId HostNetTransmitDrops = new(607);

    /// <summary>CPU time of the agent process.</summary>
    public static readonly MetricId AgentCpu = new(700);

    /// <summary>Memory of the agent process.</summary>
    public static readonly MetricId AgentRss = new(701);

    /// <summary>Duration of the last fast tick.</summary>
    public static readonly MetricId AgentFastDuration = new(702);

    /// <summary>Duration of the last slow tick.</summary>
    public static readonly MetricId AgentSlowDuration = new(703);

    /// <summary>Bytes on disk not yet acknowledged.</summary>
    public static readonly MetricId AgentSpoolBytes = new(704);

    /// <summary>Messages dropped since the spool was full or too old.</summary>
    public static readonly MetricId AgentSpoolDropped = new(705);

    /// <summary>Ticks not taken since the previous one was still running.</summary>
    public static readonly MetricId AgentTicksSkipped = new(706);

    /// <summary>Calls made to the hypervisor.</summary>
    public static readonly MetricId AgentHypervisorCalls = new(707);

    /// <summary>Size of a volume as a VM sees it.</summary>
    public static readonly MetricId VolumeCapacity = new(800);

    /// <summary>Space a volume takes in its pool.</summary>
    public static readonly MetricId VolumeAllocation = new(801);
}
