using System.Text.Json;
using VirtAgents.EndToEnd.Tests.Product;

namespace VirtAgents.EndToEnd.Tests.Real;

/// <summary>Limits that shares have set for a VM, as virtctl tells them.</summary>
internal sealed class SharesOfVm(RealEstate estate, string vm)
{
    public static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    /// <summary>The only limit of the VM, once it is in force.</summary>
    public async Task<JsonElement> InForceAsync()
    {
        JsonElement found = default;
        await Eventually.HoldsAsync(RealEstate.Patience, async () =>
        {
            JsonElement all = await estate.Installation.VirtctlAsync("shares");
            JsonElement[] own = [.. all.EnumerateArray().Where(l => Text(l, "vm") == vm)];
            found = own.Length == 1 ? own[0] : default;
            return own.Length == 1 && Text(found, "state") == "in-force" ? null : $"limits are {all}, and places {await estate.Installation.VirtctlAsync("shares", "--uplinks")}";
        });
        return found;
    }

    /// <summary>Waits until what is in force on the host is what the collector says. A limit may be changed again meanwhile, so the newest one counts.</summary>
    public Task HostHasItAsync(Func<Task<long?>> read, Func<long, Task<long>> wanted) => Eventually.HoldsAsync(RealEstate.Patience, async () =>
    {
        long amount = await wanted((await InForceAsync()).GetProperty("amount").GetInt64());
        long? seen = await read();
        return seen == amount ? null : $"{seen} is in force on the host, wanted is {amount}";
    });

    /// <summary>Takes the rule out of the policy and waits until no limit is left.</summary>
    public async Task EndAsync()
    {
        await estate.WriteScheduleAsync(RealEstate.NothingScheduled);
        await Eventually.HoldsAsync(RealEstate.Patience, async () => (await estate.Installation.VirtctlAsync("shares")).GetArrayLength() is var left and > 0 ? $"{left} limits are left" : null);
    }
}
