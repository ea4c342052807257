namespace VirtAgents.Simulation.Worlds;

/// <summary>Divides the pCPUs of a host among its VMs.</summary>
/// <remarks>
/// Weighted max-min fairness, as the kernel's scheduler strives for: nobody gets more than wanted, and what one does not
/// want goes to the others in proportion to their vCPUs and shares. What a VM wanted, was allowed and did not get is its steal.
/// </remarks>
internal static class CpuShares
{
    public static void Divide(SimHost host)
    {
        double wanted = 0;
        foreach (SimVm vm in host.Vms)
        {
            vm.GrantedCpus = vm.Executing ? vm.AllowedCpus : 0;
            wanted += vm.GrantedCpus;
        }

        if (wanted > host.Definition.CpuCount)
        {
            Restrict(host);
        }
    }

    private static void Restrict(SimHost host)
    {
        double level = FairLevel(host);
        foreach (SimVm vm in host.Vms)
        {
            vm.GrantedCpus = Math.Min(vm.GrantedCpus, level * vm.Settings.Weight);
        }
    }

    /// <summary>pCPUs for each vCPU of the usual share at which the host is just full. Each round satisfies at least one more VM or ends.</summary>
    private static double FairLevel(SimHost host)
    {
        double level = 0;
        int satisfied = -1;
        while (true)
        {
            double left = host.Definition.CpuCount;
            double weight = 0;
            int count = 0;
            foreach (SimVm vm in host.Vms)
            {
                bool modest = vm.GrantedCpus <= level * vm.Settings.Weight;
                left -= modest ? vm.GrantedCpus : 0;
                weight += modest ? 0 : vm.Settings.Weight;
                count += modest ? 1 : 0;
            }

            if (count == satisfied || weight == 0)
            {
                return level;
            }

            satisfied = count;
            level = left / weight;
        }
    }
}
