using VirtAgents.Collector.Anomalies;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Tests.Control;
using static VirtAgents.Collector.Tests.Control.ControlDouble;

namespace VirtAgents.Collector.Tests.Anomalies;

public sealed class BaselineStoreTests
{
    [Fact]
    public async Task Store_OnSqlite_KeepsReplacesAndForgets()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        await KeepsReplacesAndForgetsAsync(control);
    }

    internal static async Task KeepsReplacesAndForgetsAsync(ControlDouble control)
    {
        BaselineStore store = new(control.Queue, control);
        (Guid old, Guid young) = (Guid.NewGuid(), Guid.NewGuid());
        await store.WriteAsync([Row(old, 10, 1), Row(young, 20, 2)], Cancel);
        await store.WriteAsync([Row(young, 30, 3)], Cancel);
        Assert.Equal([(young, (byte)3), (old, (byte)1)], await ReadAsync(store));

        Assert.Equal(1, await store.ForgetAsync(30, Cancel));
        Assert.Equal([(young, (byte)3)], await ReadAsync(store));
    }

    private static VmBaselineRow Row(Guid vm, long seen, byte state) => new() { VmId = vm, SeenUnixMs = seen, State = [state] };

    private static async Task<IReadOnlyList<(Guid Vm, byte State)>> ReadAsync(BaselineStore store)
    {
        List<(Guid, byte)> read = [];
        await store.ReadAsync((vm, state) => read.Add((vm.Value, Assert.Single(state))), Cancel);
        return read;
    }
}
