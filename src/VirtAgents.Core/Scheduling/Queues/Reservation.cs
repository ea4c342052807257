namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What is kept for a head that does not fit now.</summary>
/// <param name="AtSeconds">Earliest start by the estimates; infinite when the ends of all that runs would not be enough.</param>
/// <param name="Extra">What will be free then beside what the head needs.</param>
internal readonly record struct Reservation(double AtSeconds, Resources Extra);
