using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Protocol;
using Inventory = VirtAgents.Core.Model.Inventory;
using V1Inventory = VirtAgents.Protocol.V1.Inventory;

namespace VirtAgents.Agent.Stream;

/// <summary>Tells the inventory on one stream: whole at first and after a restart of the agent, else what changed.</summary>
internal sealed class InventoryTeller
{
    private SpooledInventory? _told;
    private Inventory? _toldContent;

    /// <summary>Whether the collector already has it.</summary>
    public bool HasTold(SpooledInventory? inventory) => inventory is null || inventory.IsSameAs(_told);

    /// <summary>The message that brings the collector to this inventory.</summary>
    public V1Inventory Tell(SpooledInventory inventory)
    {
        V1Inventory whole = V1Inventory.Parser.ParseFrom(inventory.Payload);
        Inventory? content = InventoryMapping.TryFromWire(whole, ProtocolLimits.Default, out InventoryChange? change, out _)
            ? change.ApplyTo(Inventory.Empty)
            : null;
        // Indexes and versions live no longer than the process that gave them, so a difference makes sense within one only.
        bool difference = content is not null && _toldContent is not null && _told!.Generation == inventory.Generation && content.Version > _told.Version;
        V1Inventory message = difference ? InventoryMapping.ToWire(InventoryChange.Between(_toldContent!, content!)) : whole;
        (_told, _toldContent) = (inventory, content);
        return message;
    }
}
