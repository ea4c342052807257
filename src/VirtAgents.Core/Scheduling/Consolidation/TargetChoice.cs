namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>Chooses the host that takes a VM.</summary>
/// <remarks>
/// Best fit: of the hosts of the model with the fewest watts for each MIPS the one with the least room left afterwards. Between
/// hosts of a model this is also the one of power-aware best fit (Beloglazov and Buyya, 2012, section 5.4), as their
/// watts grow nearly alike with load.
/// </remarks>
internal sealed class TargetChoice(HostLoads loads)
{
    /// <summary>A host on which the VM fits; null when there is none.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="deviations">So many deviations over what is expected must fit.</param>
    /// <param name="inUse">Among hosts with VMs, or among those without.</param>
    public int? For(int vm, double deviations, bool inUse)
    {
        int? best = null;
        (double Watts, double Room) least = (double.PositiveInfinity, double.PositiveInfinity);
        for (int host = 0; host < loads.Hosts.Count; host++)
        {
            if (loads.IsEmpty(host) == inUse || host == loads.HostOf(vm))
            {
                continue;
            }

            HostModel model = loads.Hosts[host];
            double room = model.CapacityMips - loads.NeedWith(host, vm, deviations);
            if (room >= 0 && (model.WattsPerMips, room).CompareTo(least) < 0)
            {
                (best, least) = (host, (model.WattsPerMips, room));
            }
        }

        return best;
    }
}
