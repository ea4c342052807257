namespace VirtAgents.Simulation.Worlds;

/// <summary>Host ends of the interfaces of a VM: made at each start with a new name, gone at each end.</summary>
internal static class Taps
{
    /// <summary>New ones on another host.</summary>
    public static void Replace(SimVm vm)
    {
        foreach (SimInterface card in vm.Interfaces)
        {
            card.Tap = "";
        }

        Renew(vm);
    }

    public static void Renew(SimVm vm)
    {
        foreach (SimInterface card in vm.Interfaces)
        {
            if (!vm.InMemory)
            {
                card.Tap = "";
            }
            else if (card.Tap.Length == 0)
            {
                card.Tap = $"vnet{vm.Host.NextTap++}";
            }
        }
    }
}
