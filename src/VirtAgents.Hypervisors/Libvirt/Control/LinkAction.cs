using System.Xml.Linq;
using VirtAgents.Core.Directives;
using VirtAgents.Hypervisors.Libvirt.Native;

namespace VirtAgents.Hypervisors.Libvirt.Control;

/// <summary>Sets the link of an interface, also for the next start: a quarantine must not end with a restart of the VM.</summary>
internal sealed class LinkAction() : VmAction(DirectiveKind.SetLink)
{
    protected override ControlCheck CheckVm(VmView vm, DirectiveOrder order)
    {
        string mac = MacOf(order);
        string now = string.Join(" ", States(vm, mac).Select(state => $"{state.Name}={state.State}"));
        return now.Length == 0
            ? ControlCheck.No(RefusalReason.UnknownTarget, $"the VM has no interface {mac}")
            : Possible($"the link of {mac} would be {order.Text("state")}; it is {now}", now);
    }

    protected override void BeginVm(VmView vm, DirectiveOrder order)
    {
        if (vm.Condition.IsAlive)
        {
            Set(vm, Devices.FindInterface(vm.Definition(), MacOf(order)), order, LibvirtConnection.Live);
        }

        Set(vm, Devices.FindInterface(vm.NextDefinition(), MacOf(order)), order, LibvirtConnection.Config);
    }

    protected override Sighting LookAtVm(VmView vm, DirectiveOrder order, ControlEvidence before)
    {
        (string Name, string State)[] states = [.. States(vm, MacOf(order))];
        string seen = $"the link is {string.Join(" ", states.Select(state => $"{state.Name}={state.State}"))}";
        return states.Length == 0
            ? Sighting.Never("the VM has no such interface any more")
            : Sighting.Of(states.All(state => state.State == order.Text("state")), seen);
    }

    private static string MacOf(DirectiveOrder order) => order.Text("mac") ?? "";

    private static IEnumerable<(string Name, string State)> States(VmView vm, string mac)
    {
        if (vm.Condition.IsAlive && Devices.FindInterface(vm.Definition(), mac) is { } now)
        {
            yield return ("now", StateOf(now));
        }

        if (Devices.FindInterface(vm.NextDefinition(), mac) is { } next)
        {
            yield return ("next_start", StateOf(next));
        }
    }

    /// <summary>Without the element a link is up.</summary>
    private static string StateOf(XElement card) => (string?)card.Element("link")?.Attribute("state") ?? "up";

    private static void Set(VmView vm, XElement? card, DirectiveOrder order, uint flags)
    {
        if (card is not null)
        {
            card.Element("link")?.Remove();
            card.Add(new XElement("link", new XAttribute("state", order.Text("state") ?? "up")));
            vm.Connection.UpdateDevice(vm.Domain, card.ToString(), flags);
        }
    }
}
