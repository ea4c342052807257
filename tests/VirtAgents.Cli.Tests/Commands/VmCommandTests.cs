using System.Text.Json;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class VmCommandTests
{
    [Fact]
    public async Task Vm_Table_ShowsDetailsValuesAndEvents()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", "web-1", "--events", "2");

        Assert.Equal(
            """
            Name         web-1
            UUID         11111111-1111-4111-8111-111111111111
            Host         host-01
            Tenant       shop
            State        running since 2026-11-21 10:58:59.000 (1d01h)
            CPU          55.6% of 4 vCPUs, 3.5% of the host
            Contention   1.25 of 100, steal 0.3%, throttled unknown (counter reset)
            Memory       71.0% of 2.0 GiB used, 1.5 GiB of the host's, source guest
            Disk         read 0 B/s, write 1.0 MiB/s
            Network      receive 121 KiB/s, transmit 2.0 KiB/s
            Disks        vda, vdb
            Interfaces   52:54:00:00:00:01
            Limits       vda 500 operations/s, 52:54:00:00:00:01 transmit 1.0 MiB/s, vdb unknown
            Definition   kept on shared storage, SHA-256 5f2b
            Autostart    it does not start with its host
            Last report  1s ago

            Newest values
            METRIC                    DEVICE         VALUE  AGE
            vm_cpu_seconds_total      -       1235 seconds   1s
            vm_memory_rss_bytes       -            1.5 GiB   1s
            vm_state                  -            running   9s
            vm_disk_read_bytes_total  vda              0 B   9s

            Last events
            2026-11-22 11:59:50.000  host-01   web-1:vda     vm-io-error       running          no-space
            2026-11-22 11:59:55.000  host-01   web-1         vm-unknown        running→unknown  agent-lost

            """,
            ended.Output);
    }

    [Fact]
    public async Task Vm_Unknown_ShowsLastKnownStateAndNoFigures()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", CollectorData.OddId, "--events", "0");

        Assert.StartsWith(
            """
            Name         odd "name", ünï�[31m
            UUID         33333333-3333-4333-8333-333333333333
            Host         host-02
            Tenant       -
            State        unknown (agent-lost) since 2026-11-22 10:58:00.000 (1h02m)
            Last known   running
            CPU          - of - vCPUs, - of the host
            Contention   - of 100, steal -, throttled -
            Memory       - of - used, - of the host's
            Disk         read -, write -
            Network      receive -, transmit -
            Disks        -
            Interfaces   -
            Limits       CPU unknown
            Definition   not known to be kept on shared storage
            Autostart    -
            Last report  -

            """,
            ended.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vm_Json_IsOneObjectWithValuesAndEvents()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", "web-1", "-o", "json");

        var vm = JsonDocument.Parse(ended.Output).RootElement;
        Assert.Equal("running", vm.GetProperty("state").GetString());
        Assert.Equal(1610612736, vm.GetProperty("latest_values")[1].GetProperty("value").GetInt64());
        Assert.Equal(JsonValueKind.Null, vm.GetProperty("latest_values")[1].GetProperty("device").ValueKind);
        Assert.Equal(["vm-started", "vm-io-error", "vm-unknown"], vm.GetProperty("last_events").EnumerateArray().Select(line => line.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Vm_Csv_HasOneRowForEachFact()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var lines = (await collector.RunAsync("vm", "web-1", "-o", "csv")).Output.Split("\r\n");

        Assert.Equal("section,name,device,value,unit,time", lines[0]);
        Assert.Contains("vm,state,,running,,", lines);
        Assert.Contains("latest,vm_cpu_seconds_total,,1234.5,seconds,2026-11-22T11:59:58.500Z", lines);
        Assert.Contains("event,vm-io-error,vda,,,2026-11-22T11:59:50.000Z", lines);
    }

    [Fact]
    public async Task Vm_NoSuchName_EndsWithNotFound()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", "nope");

        Assert.Equal(new Tool.Ended(4, "", "virtctl: There is no VM 'nope'.\n"), ended);
    }

    [Fact]
    public async Task Vm_ByName_AsksForTheRestByUuid()
    {
        await using var collector = await InProcessCollector.StartAsync();

        await collector.RunAsync("vm", "web-1");

        Assert.Equal(CollectorData.WebId, collector.Query.Requests.OfType<GetLatestRequest>().Single().Vm);
        Assert.Equal(CollectorData.WebId, collector.Events.Lists.Single().Filter.Vm);
    }
}
