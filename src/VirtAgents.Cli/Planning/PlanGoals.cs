using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Planning;

/// <summary>Names of goals as they are typed and written.</summary>
internal static class PlanGoals
{
    public static EnumNames<PlanGoal> Names { get; } = new("balance");
}
