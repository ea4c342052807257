using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class ListingTests
{
    [Fact]
    public async Task Hosts_Table_ShowsUnknownAsDash()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("hosts");

        Assert.Equal(
            """
            NAME     CLUSTER  AGENT      HYPERVISOR  VMS    CPU     SIZE  MEMORY  REPORT
            host-01  east     connected  QEMU 9.2.1  1/2  12.3%  512 GiB    0.0%      1s
            host-02  east     lost       -           -/1      -        -       -   1h02m

            """,
            ended.Output);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
    }

    [Fact]
    public async Task Hosts_Json_HasNullForUnknown()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("hosts", "-o", "json");

        Assert.Equal(
            """
            [
              {
                "name": "host-01",
                "id": "aaaaaaaa-0000-4000-8000-000000000001",
                "cluster": "east",
                "agent_status": "connected",
                "agent_version": "0.1.0",
                "hypervisor": "QEMU 9.2.1",
                "hypervisor_status": "up",
                "running_vm_count": 1,
                "unknown_vm_count": 0,
                "vm_count": 2,
                "cpu_count": 64,
                "cpu_percent": 12.34,
                "memory_bytes": 549755813888,
                "memory_used_percent": 0,
                "last_report": "2026-11-22T11:59:58.500Z",
                "draining": null,
                "takes_no_vm": null
              },
              {
                "name": "host-02",
                "id": "aaaaaaaa-0000-4000-8000-000000000002",
                "cluster": "east",
                "agent_status": "lost",
                "agent_version": null,
                "hypervisor": null,
                "hypervisor_status": null,
                "running_vm_count": null,
                "unknown_vm_count": 1,
                "vm_count": 1,
                "cpu_count": null,
                "cpu_percent": null,
                "memory_bytes": null,
                "memory_used_percent": null,
                "last_report": "2026-11-22T10:57:55.000Z",
                "draining": null,
                "takes_no_vm": null
              }
            ]

            """,
            ended.Output);
    }

    [Fact]
    public async Task Hosts_Csv_HasEmptyFieldForUnknown()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("hosts", "-o", "csv");

        Assert.Equal(
            "name,id,cluster,agent_status,agent_version,hypervisor,hypervisor_status,running_vm_count,unknown_vm_count,vm_count,cpu_count,cpu_percent,memory_bytes,memory_used_percent,last_report,draining,takes_no_vm\r\n"
            + "host-01,aaaaaaaa-0000-4000-8000-000000000001,east,connected,0.1.0,QEMU 9.2.1,up,1,0,2,64,12.34,549755813888,0,2026-11-22T11:59:58.500Z,,\r\n"
            + "host-02,aaaaaaaa-0000-4000-8000-000000000002,east,lost,,,,,1,1,,,,,2026-11-22T10:57:55.000Z,,\r\n",
            ended.Output);
    }

    [Fact]
    public async Task Hosts_Draining_IsSaidBesideTheAgent()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hosts.Clear();
        collector.Query.Hosts.Add(new Host { Name = "h", Agent = AgentStatus.Connected, Draining = true });

        Assert.Contains("connected (draining)", (await collector.RunAsync("hosts")).Output, StringComparison.Ordinal);
        Assert.EndsWith(",true,\r\n", (await collector.RunAsync("hosts", "-o", "csv")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_ThatTakeNoVm_AreSaidToAndWhy()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hosts.Clear();
        collector.Query.Hosts.Add(new Host { Name = "h", Agent = AgentStatus.Connected, TakesNoVm = "many VMs of host h wait for CPU" });

        Assert.Contains("connected (takes no VM)", (await collector.RunAsync("hosts")).Output, StringComparison.Ordinal);
        Assert.EndsWith(",many VMs of host h wait for CPU\r\n", (await collector.RunAsync("hosts", "-o", "csv")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_HypervisorLost_DoesNotCallItsVmsOff()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hosts.Clear();
        collector.Query.Hosts.Add(new Host { Name = "h", Agent = AgentStatus.Connected, Hypervisor = "QEMU", HypervisorStatus = HypervisorStatus.Lost, VmCount = 7 });

        var ended = await collector.RunAsync("hosts");

        Assert.Equal(
            """
            NAME  CLUSTER  AGENT      HYPERVISOR   VMS  CPU  SIZE  MEMORY  REPORT
            h     -        connected  QEMU (lost)  -/7    -     -       -       -

            """,
            ended.Output);
    }

    [Fact]
    public async Task Hosts_SomeVmsUnknown_CountsThemApart()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hosts.Clear();
        collector.Query.Hosts.Add(new Host
        {
            Name = "h", Agent = AgentStatus.Connected, Hypervisor = "QEMU", HypervisorStatus = HypervisorStatus.Up,
            VmCount = 7, RunningVmCount = 4, UnknownVmCount = 2,
        });

        var ended = await collector.RunAsync("hosts");

        Assert.Equal(
            """
            NAME  CLUSTER  AGENT      HYPERVISOR              VMS  CPU  SIZE  MEMORY  REPORT
            h     -        connected  QEMU        4/7 (2 unknown)    -     -       -       -

            """,
            ended.Output);
    }

    [Fact]
    public async Task Hosts_None_SaysSo()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Hosts.Clear();

        var table = await collector.RunAsync("hosts");
        var json = await collector.RunAsync("hosts", "-o", "json");

        Assert.Equal(new Tool.Ended(0, "", "virtctl: no host has reported yet.\n"), table);
        Assert.Equal(new Tool.Ended(0, "[]\n", ""), json);
    }

    [Fact]
    public async Task Vms_Table_ReadsEveryPageAndSortsByName()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vms");

        Assert.Equal(
            """
            NAME                  HOST     STATE                 SINCE    CPU  STEAL  MEMORY      RSS   READ      WRITE    RECEIVE   TRANSMIT
            db-1                  host-01  crashed (panicked)      42s      -      -       -        -      -          -          -          -
            odd "name", ünï�[31m  host-02  unknown (agent-lost)  1h02m      -      -       -        -      -          -          -          -
            web-1                 host-01  running               1d01h  55.6%   0.3%   71.0%  1.5 GiB  0 B/s  1.0 MiB/s  121 KiB/s  2.0 KiB/s

            """,
            ended.Output);
    }

    [Fact]
    public async Task Vms_Csv_QuotesNames()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vms", "-o", "csv", "--sort", "cpu");

        Assert.Equal(
            "name,id,host,host_id,tenant,state,reason,last_known_state,since,vcpu_count,cpu_percent,steal_percent,memory_bytes,memory_used_percent,memory_rss_bytes,"
            + "disk_read_bytes_per_second,disk_write_bytes_per_second,network_receive_bytes_per_second,network_transmit_bytes_per_second,last_report,disks,interfaces,evidence,"
            + "cpu_host_percent,cpu_throttled_percent,contention_score,memory_rss_percent,memory_source,limits,definition_digest,autostart\r\n"
            + "web-1,11111111-1111-4111-8111-111111111111,host-01,aaaaaaaa-0000-4000-8000-000000000001,shop,running,booted,,2026-11-21T10:58:59.000Z,4,55.55,0.25,2147483648,71,1610612736,"
            + "0,1048576,123456,2048,2026-11-22T11:59:58.500Z,vda vdb,52:54:00:00:00:01,,3.47,,1.25,,guest,cpu percent=0 vda total_iops=500 vda total_bytes_per_second=0 52:54:00:00:00:01 in_bytes_per_second=0 52:54:00:00:00:01 out_bytes_per_second=1048576,5f2b,false\r\n"
            + "db-1,22222222-2222-4222-8222-222222222222,host-01,aaaaaaaa-0000-4000-8000-000000000001,,crashed,panicked,,2026-11-22T11:59:18.000Z,8,,,4294967296,,,,,,,2026-11-22T11:59:16.000Z,,,guest panic: pvpanic,,,,,,,,\r\n"
            + "\"odd \"\"name\"\", ünï\uFFFD[31m\",33333333-3333-4333-8333-333333333333,host-02,aaaaaaaa-0000-4000-8000-000000000002,,unknown,agent-lost,running,2026-11-22T10:58:00.000Z,,,,,,,,,,,,,,,,,,,,,,\r\n",
            ended.Output);
    }

    [Theory]
    [InlineData("cpu", "web-1 db-1 odd")]
    [InlineData("memory", "web-1 db-1 odd")]
    [InlineData("since", "db-1 odd web-1")]
    [InlineData("state", "db-1 web-1 odd")]
    public async Task Vms_Sorted_PutsUnknownLast(string key, string expected)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vms", "--sort", key, "-o", "json");

        var names = System.Text.Json.JsonDocument.Parse(ended.Output).RootElement.EnumerateArray().Select(vm => vm.GetProperty("name").GetString()!.Split(' ')[0]);
        Assert.Equal(expected, string.Join(' ', names));
    }

    [Fact]
    public async Task Vms_Filters_GoToTheCollector()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await collector.RunAsync("vms", "--host", "host-01", "--state", "crashed,stuck", "--state", "unknown", "--tenant", "shop", "--name", "web", "--limit", "1");

        var request = Assert.IsType<ListVmsRequest>(collector.Query.Requests[0]);
        Assert.Equal(("host-01", "shop", "web"), (request.Host, request.Tenant, request.NameContains));
        Assert.Equal([VmState.Crashed, VmState.Stuck, VmState.Unspecified], request.States);
    }

    [Fact]
    public async Task Vms_StateAll_AsksForGoneOnesToo()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await collector.RunAsync("vms", "--state", "all");

        Assert.Equal(Enum.GetValues<VmState>(), Assert.IsType<ListVmsRequest>(collector.Query.Requests[0]).States);
    }

    [Fact]
    public async Task Pools_Table_TellsFailedFromUnknown()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("pools");

        Assert.Equal(
            """
            HOST     NAME     TYPE  SHARED  STATE      SIZE     USED      FREE    USE  REPORT
            host-01  default  dir   no      active  1.0 TiB  512 GiB  51.2 GiB  95.0%     10s
            host-01  nfs      -     yes     failed        -        -         -      -     10s
            host-02  default  -     no      -             -        -         -      -       -

            """,
            ended.Output);
    }

    [Fact]
    public async Task Pools_Csv_HasBaseUnits()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("pools", "-o", "csv");

        Assert.Equal(
            "host,name,type,shared,active,capacity_bytes,allocation_bytes,available_bytes,used_percent,last_report\r\n"
            + "host-01,default,dir,false,true,1099511627776,549755813888,54975581388.8,95,2026-11-22T11:59:50.000Z\r\n"
            + "host-01,nfs,,true,false,,,,,2026-11-22T11:59:50.000Z\r\n"
            + "host-02,default,,false,,,,,,\r\n",
            ended.Output);
    }

    [Theory]
    [InlineData("pools", "--volumes")]
    [InlineData("pools", "--volumes", "--host", "host-01")]
    public async Task PoolsVolumes_Table_TellsUnknownFromNothingAndWhatIsLeftOut(params string[] arguments)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(arguments);

        Assert.Equal(
            """
            HOST     POOL     NAME             SIZE     USED  REPORT
            host-01  default  db-1.qcow2   40.0 GiB  3.0 GiB     30s
            host-01  nfs      web-1.qcow2         -        -       -

            """,
            ended.Output);
        Assert.Equal("virtctl: volumes left out: 1,234 (of a pool the first 1,000 by name are listed)\n", ended.Error);
    }

    [Fact]
    public async Task PoolsVolumes_Csv_HasBaseUnits()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("pools", "--volumes", "-o", "csv");

        Assert.Equal(
            "host,pool,name,capacity_bytes,allocation_bytes,last_report\r\n"
            + "host-01,default,db-1.qcow2,42949672960,3221225472,2026-11-22T11:59:30.000Z\r\n"
            + "host-01,nfs,web-1.qcow2,,,\r\n",
            ended.Output);
    }

    [Fact]
    public async Task Metrics_Filtered_ShowsOnlyMatching()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("metrics", "CPU", "--subject", "vm");

        Assert.Equal(
            """
            NAME                  SUBJECT  SHAPE    UNIT     SOURCE
            vm_cpu_seconds_total  vm       counter  seconds  /proc/PID/stat
            vm_cpu_percent        vm       derived  percent  -

            """,
            ended.Output);
    }
}
